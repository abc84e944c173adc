package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("C5 files with tokens are whole and for nobody else")
class AtomicFileTest {
    @TempDir
    private Path directory;

    @Test
    void aFileIsReplacedAndReadableByItsOwnerOnly() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        AtomicFile.write(file, bytes("new"));
        assertEquals("new", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.exists(directory.resolve("file.tmp")));
    }

    @Test
    void whatACrashLeftBehindIsNoObstacle() throws IOException {
        Path file = directory.resolve("file");
        Files.writeString(directory.resolve("file.tmp"), "half");
        AtomicFile.write(file, bytes("new"));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aFailureLeavesTheOldContentAndNothingElse() throws IOException {
        Path occupied = Files.createDirectories(directory.resolve("file"));
        Files.createFile(occupied.resolve("inside"));
        assertThrows(IOException.class, () -> AtomicFile.write(occupied, bytes("new")));
        assertTrue(Files.exists(occupied.resolve("inside")));
        assertFalse(Files.exists(directory.resolve("file.tmp")));
    }

    @Test
    void deletingTwiceIsFine() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        AtomicFile.delete(file);
        AtomicFile.delete(file);
        assertFalse(Files.exists(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
