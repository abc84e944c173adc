package dev.switchboard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation as GitHub shows it: which anchors it has, and where its links lead.
 *
 * @param file from the root of the project, with its symbolic links resolved
 */
record MarkdownPage(Path file, String text) {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCED = Pattern.compile("(?ms)^ *(```+|~~~+).*?^ *\\1`*~* *$");
    /** Of one paragraph. */
    private static final Pattern CODE = Pattern.compile("(?s)(?<!`)(`+)(?!`)((?:(?!\n\n).)+?)(?<!`)\\1(?!`)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#* *$");
    private static final Pattern NAMED = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
    private static final Pattern LINK_OF_TEXT = Pattern.compile("!?\\[([^]]*)]\\([^)]*\\)");
    private static final Pattern LINK =
            Pattern.compile("]\\( *<?([^)\\s>]+)>?[^)]*\\)|(?m:^\\[[^]]+]: +<?(\\S+?)>? *$)");

    /** What GitHub leaves out of anchors; its expression in Ruby says {@code [^\p{Word}\- ]}. */
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}\\p{Pc}\\- ]");

    static MarkdownPage read(Path file) throws IOException {
        return new MarkdownPage(file.toRealPath(), Files.readString(file));
    }

    /** All pages that are written for readers, the README first. */
    static List<MarkdownPage> all() throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        for (String name : List.of(
                "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "agent-mock/README.md", "store-testkit/README.md")) {
            pages.add(read(ROOT.resolve(name)));
        }
        for (String directory : List.of("docs", "bundles", "examples")) {
            pages.addAll(below(ROOT.resolve(directory)));
        }
        return pages;
    }

    /** All pages in a directory and below, by name; not what belongs to sources, or what a build has made. */
    static List<MarkdownPage> below(Path directory) throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.toString().matches(".*/(src|target)/.*"))
                    .sorted()
                    .toList()) {
                pages.add(read(file));
            }
        }
        return pages;
    }

    private String withoutBlocks() {
        return FENCED.matcher(text).replaceAll("");
    }

    /** Where links on the page lead, as they are written. */
    List<String> links() {
        String prose = CODE.matcher(withoutBlocks()).replaceAll("");
        return LINK.matcher(prose)
                .results()
                .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                .toList();
    }

    /** What can stand behind the {@code #} of a link to the page. */
    Set<String> anchors() {
        String prose = withoutBlocks();
        Set<String> anchors = new LinkedHashSet<>();
        Map<String, Integer> taken = new HashMap<>();
        for (Matcher heading = HEADING.matcher(prose); heading.find(); ) {
            String anchor = anchor(heading.group(1));
            int before = taken.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        NAMED.matcher(prose).results().forEach(named -> anchors.add(named.group(1)));
        return anchors;
    }

    /** What GitHub makes of a heading. */
    static String anchor(String heading) {
        String shown = LINK_OF_TEXT.matcher(heading).replaceAll("$1");
        return NOT_IN_ANCHORS
                .matcher(shown.toLowerCase(Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
    }

    /** The file or directory that a relative link leads to; the page itself if the link is only an anchor. */
    Path target(String link) {
        String path = link.replaceFirst("#.*", "");
        return path.isEmpty() ? file : file.resolveSibling(path).normalize();
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }
}
