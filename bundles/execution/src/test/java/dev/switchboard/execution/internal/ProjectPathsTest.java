package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectPathsTest {
    @TempDir
    Path temporary;

    private Path directory;
    private ProjectPaths paths;

    @BeforeEach
    void begin() throws IOException {
        directory = temporary.toRealPath();
        paths = new ProjectPaths(List.of(directory.resolve("own")));
    }

    private Path resolve(String text) {
        return paths.resolve(text, List.of());
    }

    private String refused(String text, String... roots) {
        SwitchboardException e =
                assertThrows(SwitchboardException.class, () -> paths.resolve(text, List.of(roots)), text);
        assertEquals(ErrorCode.INVALID_PATH, e.code());
        assertEquals("path", e.details().get("field"));
        return e.getMessage();
    }

    private Path make(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    @ParameterizedTest
    @DisplayName("P2 each kind of bad path is refused in words that say what is wrong")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'',missing",
                "relative,absolute",
                "./x,absolute",
                " /tmp,absolute",
                "..,absolute",
                "C:\\x,absolute",
                "~,tilde expansion",
                "~/x,tilde expansion",
                "~root,tilde expansion",
                "/tmp/..,..",
                "/tmp/../tmp,..",
                "/../tmp,..",
                "/does/not/exist,does not exist",
                "/,root directory",
                "///,root directory",
                "/.,root directory",
                "/etc,system directories",
                "/etc/,system directories",
                "//etc//ssl,system directories",
                "/./proc/self,system directories",
                "/proc,system directories",
                "/sys,system directories",
                "/dev,system directories",
                "/bin,system directories",
                "/sbin,system directories",
                "/lib,system directories",
                "/usr,system directories",
                "/usr/local,system directories",
                "/run,system directories"
            })
    void refuses(String text, String word) {
        assertTrue(refused(text).contains(word), () -> text + ": " + refused(text));
    }

    @ParameterizedTest
    @DisplayName("P2 NUL and control characters are refused wherever they are")
    @ValueSource(ints = {0, 1, '\t', '\n', '\r', 0x1b, 0x7f, 0x85, 0x9f})
    void refusesControlCharacters(int character) {
        for (String text : List.of(directory + "/a" + (char) character + "b", directory + "" + (char) character)) {
            assertTrue(refused(text).contains("control characters"));
        }
    }

    @Test
    @DisplayName("P2 a path that the file system cannot spell is refused like any other")
    void refusesWhatCannotBeSpelt() {
        refused(directory + "/\ud800");
    }

    @ParameterizedTest
    @DisplayName("P2 names that only look like something forbidden are names like any other")
    @ValueSource(
            strings = {
                "..foo",
                "...",
                "foo..",
                "~",
                "a~b",
                " ",
                "etc",
                "lib",
                "Größe",
                "\ud83d\ude00",
                "-x",
                "$HOME",
                "*"
            })
    void takesOddNames(String name) throws IOException {
        assertEquals(make(name), resolve(directory + "/" + name));
        assertEquals(make(name + "/inside"), resolve(directory + "/" + name + "/inside"));
    }

    @Test
    @DisplayName("P2 system directories are denied by path element: what only begins like one is legal")
    void comparesElements() throws IOException {
        // Only the rule can be looked at here: nobody makes /library on a machine that runs tests.
        for (String name : List.of("/library", "/libs", "/etcetera", "/binaries", "/users", "/running", "/lib33")) {
            assertFalse(ProjectPaths.isSystem(Path.of(name)), name);
            assertFalse(ProjectPaths.isSystem(Path.of(name, "x")), name);
        }
        for (String name : List.of("/lib", "/lib32", "/lib64", "/libx32", "/boot", "/etc", "/usr", "/run")) {
            assertTrue(ProjectPaths.isSystem(Path.of(name)), name);
            assertTrue(ProjectPaths.isSystem(Path.of(name, "x")), name);
        }
    }

    @Test
    @DisplayName("P2 a symbolic link is what it leads to, and no way into what is denied")
    void followsLinks() throws IOException {
        Path target = make("target/inside");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        assertEquals(target, resolve(link + "/inside"));
        Path etc = Files.createSymbolicLink(directory.resolve("etc"), Path.of("/etc"));
        assertTrue(refused(directory + "/etc").contains("system directories"));
        Path top = Files.createSymbolicLink(directory.resolve("top"), Path.of("/"));
        assertTrue(refused(directory + "/top").contains("root directory"));
        assertTrue(refused(directory + "/top/etc").contains("system directories"));
        Files.createSymbolicLink(directory.resolve("nowhere"), directory.resolve("missing"));
        assertTrue(refused(directory + "/nowhere").contains("does not exist"));
        Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        assertTrue(refused(directory + "/loop").contains("does not exist"));
        Files.delete(etc); // or JUnit warns of links that lead out of the directory that it cleans up
        Files.delete(top);
    }

    @Test
    @DisplayName("P2 slashes too many and dots change nothing")
    void simplifies() throws IOException {
        Path place = make("a/b");
        for (String text : List.of("/a/b", "/a/b/", "/a/b///", "//a//b", "/./a/./b/.", "/a/b/.")) {
            assertEquals(place, resolve(directory + text));
        }
    }

    @Test
    @DisplayName("P2 upper and lower case make two directories where the file system says so")
    void keepsCase() throws IOException {
        Path lower = make("case");
        Path upper = make("CASE");
        assumeTrue(!Files.isSameFile(lower, upper), "this file system does not tell them apart");
        assertEquals(lower, resolve(lower.toString()));
        assertEquals(upper, resolve(upper.toString()));
        assertTrue(refused(directory + "/Case").contains("does not exist"));
    }

    @Test
    @DisplayName("P2 a path of 4096 characters is taken, one of 4097 is not")
    void limitsLength() throws IOException {
        Path place = make("long");
        String longest = directory + "/".repeat(4096 - place.toString().length() + 1) + "long";
        assertEquals(4096, longest.length());
        assertEquals(place, resolve(longest));
        assertTrue(
                refused(directory + "/" + longest.substring(directory.toString().length()))
                        .contains("longer than 4096"));
        assertTrue(refused(directory + "/" + "x".repeat(300)).contains("does not exist"));
    }

    @Test
    @DisplayName("P2 what is no directory, or cannot be read, is refused")
    void refusesFiles() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertTrue(refused(file.toString()).contains("not a directory"));
        assertTrue(refused(file + "/x").contains("does not exist"));
        Path closed = make("closed");
        for (String rights : List.of("---------", "r--r--r--", "--x--x--x")) {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(rights));
            boolean binds = !Files.isReadable(closed) || !Files.isExecutable(closed); // not for root
            if (binds) {
                assertTrue(refused(closed.toString()).contains("not readable"), rights);
            } else {
                assertEquals(closed, resolve(closed.toString()));
            }
        }
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    @DisplayName(
            "P2 the server's own directory, what is in it and what is around it are refused; its neighbours are not")
    void refusesItsOwn() throws IOException {
        make("own/inside");
        for (String name : List.of("/own", "/own/inside", "")) {
            assertTrue(refused(directory + name).contains("its own files"), name);
        }
        assertEquals(make("owner"), resolve(directory + "/owner"));
    }

    @Test
    @DisplayName(
            "P2 with roots configured, projects are such a root or lie under one; links count for what they lead to")
    void keepsToRoots() throws IOException {
        Path root = make("root");
        Path second = make("second");
        Path outside = make("rooted");
        make("root/inside");
        Path way = Files.createSymbolicLink(directory.resolve("way"), root);
        Files.createSymbolicLink(root.resolve("out"), outside);
        List<String> roots = List.of(way.toString(), second + "/", directory + "/missing");
        assertEquals(root, paths.resolve(root.toString(), roots));
        assertEquals(root.resolve("inside"), paths.resolve(way + "/inside", roots));
        assertEquals(second, paths.resolve(second.toString(), roots));
        String[] all = roots.toArray(String[]::new);
        assertTrue(refused(outside.toString(), all).contains("configured roots"));
        assertTrue(refused(root + "/out", all).contains("configured roots"));
        assertTrue(refused("/etc", "/").contains("system directories"), "a root opens nothing that is denied");
    }
}
