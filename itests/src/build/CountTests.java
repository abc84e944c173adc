import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fails the build if a module ran fewer tests than its sources declare: container tests, wrongly named classes and missing engines
 * have a way of running none without a word. Run by the build after the last module's tests: {@code java CountTests.java <root>}.
 */
class CountTests {
    private static final Pattern DECLARED =
            Pattern.compile("^\\s*@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b", Pattern.MULTILINE);
    private static final Pattern RUN = Pattern.compile("<testcase\\b");
    private static final Pattern SKIPPED = Pattern.compile("<skipped\\b");

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]).toRealPath();
        boolean failed = false;
        try (Stream<Path> files = Files.walk(root, 3)) {
            for (Path pom : files.filter(file -> file.endsWith("pom.xml")).sorted().toList()) {
                failed |= !check(root, pom.getParent());
            }
        }
        if (failed) {
            System.exit(1);
        }
    }

    private static boolean check(Path root, Path module) throws IOException {
        // Abstract classes are contracts: their tests run in those who extend them, once or more.
        int declared = count(module.resolve("src/test/java"), ".java", DECLARED);
        int run = 0;
        int skipped = 0;
        for (String reports : List.of("surefire-reports", "failsafe-reports")) {
            run += count(module.resolve("target").resolve(reports), ".xml", RUN);
            skipped += count(module.resolve("target").resolve(reports), ".xml", SKIPPED);
        }
        // Elsewhere than in CI a program that a test needs may be missing, which is said.
        int counted = System.getenv("CI") == null ? run : run - skipped;
        if (counted < declared) {
            System.err.printf(
                    "%s: %d tests declared, %d run, %d of them skipped%n", root.relativize(module), declared, run, skipped);
            return false;
        }
        return true;
    }

    private static int count(Path directory, String ending, Pattern pattern) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        int count = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
                Matcher matcher = pattern.matcher(Files.readString(file));
                while (matcher.find()) {
                    count++;
                }
            }
        }
        return count;
    }
}
