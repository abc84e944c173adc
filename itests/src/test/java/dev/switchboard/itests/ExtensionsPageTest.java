package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide for authors of extensions shows code that compiles, and names what there is. */
class ExtensionsPageTest {
    private static final Path PAGE = MarkdownPage.ROOT.resolve("docs/extensions.md");
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");
    /** A type with, perhaps, a member of it, in code marks. */
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:[.#](\\w+))?[^`]*`");

    private static final Pattern CONSTANT = Pattern.compile("`([A-Z]+_[A-Z_]+)`");
    /** Types of others, which the page's code imports, or which need no import. */
    private static final Set<String> FOREIGN = Set.of("HealthCheck", "Integer");

    @TempDir
    private Path directory;

    @Test
    @DisplayName("S4 D3 the code on the page of extensions compiles against the API")
    void compiles() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (MatchResult block : JAVA.matcher(Files.readString(PAGE)).results().toList()) {
            MatchResult name =
                    CLASS.matcher(block.group(1)).results().findFirst().orElseThrow();
            sources.add(Files.writeString(directory.resolve(name.group(1) + ".java"), block.group(1)));
        }
        assertTrue(sources.size() >= 5, sources::toString);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "--release", "17", "-Xlint:all,-classfile,-processing", "-proc:none", "-d", directory.toString());
            boolean compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertTrue(compiled, messages::toString);
        }
    }

    @Test
    @DisplayName("S4 D3 every type, member and constant that the page of extensions names is there")
    void namesWhatThereIs() throws IOException {
        String page = JAVA.matcher(Files.readString(PAGE)).replaceAll("");
        Map<String, String> types = types();
        String all = String.join("\n", types.values());
        Set<String> missing = new TreeSet<>();
        for (MatchResult name : NAME.matcher(page).results().toList()) {
            String source = types.get(name.group(1));
            boolean known =
                    source != null || FOREIGN.contains(name.group(1)) || all.contains(" " + name.group(1) + "(");
            if (!known || name.group(2) != null && !source.contains(name.group(2))) {
                missing.add(name.group());
            }
        }
        CONSTANT.matcher(page)
                .results()
                .map(constant -> constant.group(1))
                .filter(constant -> !all.contains(constant))
                .forEach(missing::add);
        assertEquals(Set.of(), missing);
    }

    /** The sources of all modules by the names of their types. */
    private static Map<String, String> types() throws IOException {
        Map<String, String> types = new TreeMap<>();
        for (String module : List.of("bundles", "examples", "store-testkit", "itests")) {
            try (Stream<Path> files = Files.walk(MarkdownPage.ROOT.resolve(module))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    types.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        return types;
    }
}
