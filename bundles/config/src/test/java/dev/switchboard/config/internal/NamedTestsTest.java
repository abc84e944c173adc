package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests that the rows of {@code keys.txt} name, in whatever module. */
@DisplayName("H4 what a key does is proved by a test that there is")
class NamedTestsTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern ANNOTATION = Pattern.compile("@(Test|ParameterizedTest)\\b");

    private static List<Source> sources;

    private record Source(String name, Path module, String text) {
        boolean has(String test) {
            String[] parts = test.split("#");
            int method = text.indexOf(" void " + parts[1] + "(");
            if (!name.equals(parts[0] + ".java") || method < 0) {
                return false;
            }
            int memberBefore = text.lastIndexOf("\n    }\n", method);
            return ANNOTATION
                    .matcher(text.substring(Math.max(0, memberBefore), method))
                    .find();
        }
    }

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> bundles = Files.list(ROOT.resolve("bundles"))) {
            sources = Stream.concat(bundles, Stream.of(ROOT.resolve("itests")))
                    .filter(module -> Files.isDirectory(module.resolve("src/test/java")))
                    .flatMap(NamedTestsTest::sourcesOf)
                    .toList();
        }
    }

    private static Stream<Source> sourcesOf(Path module) {
        try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
            return files.filter(Files::isRegularFile).map(file -> source(module, file)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source source(Path module, Path file) {
        try {
            return new Source(file.getFileName().toString(), module, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<KeyRow> rows() throws IOException {
        return KeyRow.all();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void exists(KeyRow row) {
        for (String test :
                Stream.concat(row.badTest().stream(), row.effects().stream()).toList()) {
            assertTrue(
                    sources.stream().anyMatch(source -> source.has(test) && setsTheKey(source.module(), row)),
                    () -> "no module has the test " + test + " and sets " + row.key() + " in its tests");
        }
    }

    /** By name, by variable, or by the constant, of which the name without its unit is made. */
    private static boolean setsTheKey(Path module, KeyRow row) {
        String constant = row.key().toUpperCase().replace('.', '_').replaceAll("_(SECONDS|MS)$", "");
        Pattern named = Pattern.compile("\\b" + Pattern.quote(row.key()) + "\\b|\\b" + constant + "(_SECONDS|_MS)?\\b");
        return sources.stream()
                .anyMatch(source -> source.module().equals(module)
                        && named.matcher(source.text()).find());
    }
}
