package dev.switchboard.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the console's files may not contain, and that they are those that are served. */
class WebFilesTest {
    private static final Path WEB = Path.of("src/main/resources/dev/switchboard/console/internal/web");
    private static final Pattern IMPORT = Pattern.compile("(?:from|import) '\\./([^']+)'");
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    /** What makes markup or code of text, and what goes around the policy. */
    private static final Pattern DANGEROUS = Pattern.compile(
            "\\.(?:innerHTML|outerHTML|srcdoc)|insertAdjacentHTML\\(|document\\.write|\\beval\\(|new Function|"
                    + "DOMParser|createContextualFragment|import\\(|createPolicy|localStorage|document\\.cookie|"
                    + "setTimeout\\(['\"`]|setInterval\\(['\"`]");

    private static List<String> scripts() {
        return ConsoleResource.FILES.stream()
                .filter(name -> name.endsWith(".js"))
                .toList();
    }

    private static List<String> texts() {
        return ConsoleResource.FILES;
    }

    private static String read(String name) throws IOException {
        return Files.readString(WEB.resolve(name));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return new TreeSet<>(
                pattern.matcher(text).results().map(match -> match.group(1)).toList());
    }

    @Test
    @DisplayName("D6 what is served is what there is, and all of it is used")
    void servesWhatIsUsed() throws IOException {
        try (Stream<Path> files = Files.list(WEB)) {
            Set<String> there = new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
            assertEquals(new TreeSet<>(ConsoleResource.FILES), there);
            Set<String> used = new TreeSet<>(Set.of("index.html"));
            Deque<String> open = new ArrayDeque<>(found(REFERENCE, read("index.html")));
            while (!open.isEmpty()) {
                String name = open.remove();
                if (used.add(name) && name.endsWith(".js")) {
                    open.addAll(found(IMPORT, read(name)));
                }
            }
            assertEquals(there, used);
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    @DisplayName("D6 C5 no script makes markup or code of text, or keeps anything longer than its tab")
    void scriptsAreHarmless(String name) throws IOException {
        assertEquals(
                List.of(),
                DANGEROUS
                        .matcher(read(name))
                        .results()
                        .map(match -> match.group())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("texts")
    @DisplayName("D6 C5 nothing comes from another server, and nothing is inline")
    void isSelfContained(String name) throws IOException {
        String text = read(name);
        if (name.endsWith(".html")) {
            assertFalse(text.matches("(?s).*(<style|style=|\\son\\w+=|javascript:|https?:).*"), text);
            assertEquals(1, text.split("<script").length - 1);
            assertTrue(text.contains("<script type=\"module\" src=\"main.js\"></script>"));
        } else if (name.endsWith(".css")) {
            assertFalse(text.matches("(?s).*(@import|url\\(|https?:).*"), name);
        } else if (name.endsWith(".svg")) {
            assertFalse(text.matches("(?s).*(<script|style=|href|\\son\\w+=).*"), text);
        } else {
            assertFalse(text.matches("(?s).*['\"`](?:https?|wss?)://\\w.*"), name);
        }
        assertFalse(text.contains("\t") || text.contains("\r"), name);
    }
}
