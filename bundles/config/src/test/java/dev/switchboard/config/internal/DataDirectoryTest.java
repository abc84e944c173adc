package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H4 data.dir becomes an absolute path that exists")
class DataDirectoryTest {
    private Path home;
    private DataDirectory directory;

    @BeforeEach
    void setUp(@TempDir Path temporary) throws IOException {
        home = temporary.toRealPath();
        directory = new DataDirectory(home);
    }

    @Test
    void nothingMeansTheDefaultInTheHome() {
        assertEquals(home.resolve(".switchboard"), directory.locate(""));
    }

    @Test
    void aTildeMeansTheHome() {
        assertEquals(home, directory.locate("~"));
        assertEquals(home.resolve("a/b"), directory.locate("~/a/b"));
        assertThrows(IllegalArgumentException.class, () -> directory.locate("~other/a"));
    }

    @Test
    void aRelativePathIsUnderTheWorkingDirectory() {
        assertEquals(Path.of("").toAbsolutePath().resolve("no/such"), directory.locate("no/./x/../such"));
    }

    @Test
    void aUserWithoutHomeMustSayWhere() {
        DataDirectory homeless = new DataDirectory(Path.of("?"));
        assertThrows(IllegalArgumentException.class, () -> homeless.locate(""));
        assertEquals(home, homeless.locate(home.toString()));
    }

    @Test
    void aSymbolicLinkIsFollowedSoThatADirectoryHasOneName() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("link"), Files.createDirectory(home.resolve("real")));
        assertEquals(home.resolve("real"), directory.locate(link.toString()));
        assertEquals(home.resolve("real"), directory.prepare(link));
    }

    @Test
    void itIsMadeForNobodyElse() throws IOException {
        Path made = directory.prepare(home.resolve("a/b"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.getParent())));
    }

    @Test
    void oneThatExistsStaysAsItIs() throws IOException {
        Path there = Files.createDirectory(home.resolve("there"));
        Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-x---"));
        assertEquals(there, directory.prepare(there));
        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        for (Path path : new Path[] {file, file.resolve("below")}) {
            var error = assertThrows(IllegalArgumentException.class, () -> directory.prepare(path));
            assertTrue(error.getMessage().startsWith("data.dir = \"" + path + "\" is not valid: expected a directory"));
        }
    }
}
