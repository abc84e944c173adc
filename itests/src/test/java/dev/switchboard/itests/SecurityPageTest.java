package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists of threats, dangers and states of health: what answers one, or drives it there, is a test that there is. */
class SecurityPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:#(\\w+))?`");

    private static Map<String, Path> tests() throws IOException {
        Map<String, Path> tests = new HashMap<>();
        try (Stream<Path> bundles = Files.list(ROOT.resolve("bundles"))) {
            for (Path module : Stream.concat(bundles, Stream.of(Path.of("."))).toList()) {
                Path sources = module.resolve("src/test/java");
                if (Files.isDirectory(sources)) {
                    try (Stream<Path> files = Files.walk(sources)) {
                        files.forEach(file -> tests.put(file.getFileName().toString(), file));
                    }
                }
            }
        }
        return tests;
    }

    @ParameterizedTest
    @DisplayName("C5 H1 D3 every threat, and every state of health, names its tests, and there they are")
    @CsvSource({
        "security.md, ## Threats, 30",
        "agents.md, ## What an agent may touch, 8",
        "operations.md, ### Checks, 20",
    })
    void namesTests(String page, String heading, int rows) throws IOException {
        Map<String, Path> tests = tests();
        List<String> wrong = new ArrayList<>();
        String text = Files.readString(ROOT.resolve("docs").resolve(page));
        int found = 0;
        String section = text.substring(text.indexOf("\n" + heading + "\n")).split("\n##+ ", 3)[1];
        for (String line :
                section.lines().filter(row -> row.startsWith("| ")).skip(1).toList()) {
            Matcher named = NAMED.matcher(line.substring(line.lastIndexOf('|', line.length() - 2)));
            boolean any = line.endsWith("| the same |");
            while (named.find()) {
                any = true;
                Path file = tests.get(named.group(1) + ".java");
                String method = named.group(2);
                if (file == null || method != null && !Files.readString(file).contains(" void " + method + "(")) {
                    wrong.add(named.group());
                }
            }
            if (!any) {
                wrong.add(line);
            }
            found++;
        }
        assertEquals(List.of(), wrong);
        assertTrue(found >= rows, found + " rows");
    }
}
