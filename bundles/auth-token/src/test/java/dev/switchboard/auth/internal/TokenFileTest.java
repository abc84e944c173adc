package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("C5 tokens survive crashes and damage")
class TokenFileTest {
    @TempDir
    private Path directory;

    private Path main;
    private Path copy;
    private TokenFile file;

    @BeforeEach
    void setUp() {
        main = directory.resolve("tokens.json");
        copy = directory.resolve("tokens.json.copy");
        file = new TokenFile(directory);
    }

    @Test
    void withoutAFileThereAreNone() throws IOException {
        assertEquals(List.of(), file.read());
    }

    @Test
    void whatIsWrittenIsThereTwiceAndForNobodyElse() throws IOException {
        file.write(tokens("a"));
        assertEquals(tokens("a"), file.read());
        assertArrayEquals(Files.readAllBytes(main), Files.readAllBytes(copy));
        for (Path path : List.of(main, copy)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void aDamagedFileIsRecoveredAndKept() throws IOException {
        file.write(tokens("a", "b"));
        Files.writeString(main, "{");
        try (CapturedErr err = new CapturedErr()) {
            assertEquals(tokens("a", "b"), file.read());
            assertEquals(1, err.linesWith("was recovered from its copy").size());
        }
        assertEquals("{", Files.readString(directory.resolve("tokens.json.damaged")));
        assertEquals(tokens("a", "b"), file.read());
    }

    @Test
    void theCopyDoesNotBringRevokedTokensBack() throws IOException {
        file.write(tokens("a", "b"));
        file.write(tokens("a"));
        Files.writeString(main, "{");
        assertEquals(tokens("a"), file.read());
    }

    @Test
    void aCrashBetweenTheTwoWritesLeavesTheFileInForce() throws IOException {
        file.write(tokens("a"));
        byte[] old = Files.readAllBytes(main);
        file.write(tokens("a", "b"));
        Files.write(main, old);
        assertEquals(tokens("a"), file.read());
        assertArrayEquals(old, Files.readAllBytes(copy), "the copy follows");
    }

    @Test
    void aMissingCopyIsMadeAnew() throws IOException {
        file.write(tokens("a"));
        Files.delete(copy);
        file.read();
        assertArrayEquals(Files.readAllBytes(main), Files.readAllBytes(copy));
    }

    @Test
    void aFileThatSomebodyDeletedStaysDeleted() throws IOException {
        file.write(tokens("a"));
        Files.delete(main);
        assertEquals(List.of(), file.read());
    }

    @Test
    void ifBothAreDamagedNothingIsTouched() throws IOException {
        Files.writeString(main, "{");
        Files.writeString(copy, "[");
        assertThrows(IOException.class, file::read);
        assertEquals("{", Files.readString(main));
        assertEquals("[", Files.readString(copy));
        assertFalse(Files.exists(directory.resolve("tokens.json.damaged")));
    }

    @Test
    void aNewerFormatIsNotReplacedByAnOlderCopy() throws IOException {
        file.write(tokens("a"));
        Files.writeString(main, "{\"format\":2}");
        var error = assertThrows(IOException.class, file::read);
        assertTrue(error.getMessage().contains("format 2"), error.getMessage());
        assertEquals("{\"format\":2}", Files.readString(main));
    }

    private static List<StoredToken> tokens(String... names) {
        return java.util.Arrays.stream(names)
                .map(name -> new StoredToken(
                        new TokenInfo(
                                "id-" + name, name, Role.VIEWER, Optional.empty(), Instant.EPOCH, Optional.empty()),
                        Secrets.hash(name)))
                .toList();
    }
}
