package dev.switchboard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the server has to do, and which tests say in their names that they prove it. */
final class Requirements {
    /**
     * One of them.
     *
     * @param notYet whether it is known to be missing, or missing in part
     */
    record Requirement(String id, boolean notYet, String sentence) {}

    private static final Path LIST = Path.of("src/test/resources/requirements.txt");
    private static final Pattern AREA = Pattern.compile("([A-Z]) (.+)");
    private static final Pattern REQUIREMENT = Pattern.compile("([A-Z]\\d+) (\\(not yet\\) )?(.+)");
    /** Ids stand before what a test's name says; in the container, where tests have no such names, before what the class's comment says. */
    private static final Pattern NAMED = Pattern.compile("(?:@DisplayName\\(\\s*\"|(?<=\n)/\\*\\* )((?:[A-Z]\\d+ )+)");

    private Requirements() {}

    /** The requirements of each area, in the order of the list. */
    static Map<String, List<Requirement>> byArea() throws IOException {
        Map<String, List<Requirement>> areas = new LinkedHashMap<>();
        List<Requirement> current = new ArrayList<>();
        for (String line : Files.readAllLines(LIST)) {
            Matcher area = AREA.matcher(line);
            Matcher requirement = REQUIREMENT.matcher(line);
            if (area.matches()) {
                current = new ArrayList<>();
                areas.put(area.group(1) + ": " + area.group(2), current);
            } else if (requirement.matches()) {
                current.add(new Requirement(requirement.group(1), requirement.group(2) != null, requirement.group(3)));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                throw new AssertionError(LIST + ": " + line);
            }
        }
        return areas;
    }

    /** The sources of tests that name an id, by id; in the order of their classes' names. */
    static Map<String, List<Path>> tests() throws IOException {
        Map<String, List<Path>> tests = new TreeMap<>();
        for (Path source : sources()) {
            for (String id : idsIn(Files.readString(source))) {
                tests.computeIfAbsent(id, first -> new ArrayList<>()).add(source);
            }
        }
        return tests;
    }

    /** The ids in the names of the tests of a source. */
    static Set<String> idsIn(String source) {
        return NAMED.matcher(source)
                .results()
                .flatMap(name -> Stream.of(name.group(1).split(" ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every module's test sources; contracts that providers' tests extend are the sources of a module of their own. */
    private static List<Path> sources() throws IOException {
        List<Path> directories = new ArrayList<>(List.of(MarkdownPage.ROOT.resolve("store-testkit/src/main/java")));
        try (Stream<Path> poms = Files.find(MarkdownPage.ROOT, 3, (file, is) -> file.endsWith("pom.xml"))) {
            poms.map(pom -> pom.resolveSibling("src/test/java"))
                    .filter(Files::isDirectory)
                    .forEach(directories::add);
        }
        List<Path> sources = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        sources.sort(Comparator.comparing(Path::getFileName).thenComparing(Comparator.naturalOrder()));
        return sources;
    }
}
