package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What people are told to look for is what the server says. */
class TroubleshootingPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    /** What has several words, or leaves something out; names, keys and codes have not. */
    private static final Pattern MESSAGE = Pattern.compile(".*[ …].*");

    private static final Pattern COMMAND = Pattern.compile(
            "(?:switchboard\\S*|systemctl|npm|runuser|grep|du|ls|ss|curl|bundle:\\w+) .*|[\\w.]+ = \\S+");
    /** A text that goes on in the next literal. */
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    @Test
    @DisplayName("D3 every message on the page of troubles is in the sources")
    void quotesWhatIsSaid() throws IOException {
        String page = Files.readString(MarkdownPage.ROOT.resolve("docs/troubleshooting.md"));
        List<String> messages = CODE.matcher(page.replaceAll("(?s)```.*?```", ""))
                .results()
                .map(code -> code.group(1))
                .filter(text -> MESSAGE.matcher(text).matches())
                .filter(text -> !COMMAND.matcher(text).matches())
                .distinct()
                .toList();
        assertTrue(messages.size() > 50, messages.size() + " messages");
        String sources = sources();
        List<String> nowhere = messages.stream()
                .filter(message -> Arrays.stream(message.split("…")).anyMatch(part -> !sources.contains(part.strip())))
                .toList();
        assertEquals(List.of(), nowhere);
    }

    private static String sources() throws IOException {
        List<Path> roots = new ArrayList<>(List.of(
                MarkdownPage.ROOT.resolve("switchboard"),
                MarkdownPage.ROOT.resolve("karaf-distribution/src/main/resources/lib")));
        try (Stream<Path> bundles = Files.list(MarkdownPage.ROOT.resolve("bundles"))) {
            bundles.map(bundle -> bundle.resolve("src/main"))
                    .filter(Files::isDirectory)
                    .forEach(roots::add);
        }
        StringBuilder all = new StringBuilder();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(JOINED.matcher(Files.readString(file))
                            .replaceAll("")
                            .replace("\\\"", "\""));
                }
            }
        }
        return all.toString();
    }
}
