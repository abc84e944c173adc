package dev.switchboard.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.audit.internal.AuditFiles.Bounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFilesTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final Bounds NONE = new Bounds(1 << 20, 0, 0);
    private static final Bounds SMALL = new Bounds(20, 0, 0);

    @TempDir
    Path data;

    private Path directory;
    private AuditFiles files;

    @BeforeEach
    void open() {
        directory = data.resolve("audit");
        files = new AuditFiles(directory, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void append(Bounds bounds, String... lines) throws IOException {
        files.append(
                Stream.of(lines)
                        .map(line -> (line + "\n").getBytes(StandardCharsets.US_ASCII))
                        .toList(),
                bounds);
    }

    private List<String> current() throws IOException {
        return Files.readAllLines(directory.resolve(AuditFiles.CURRENT));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @DisplayName(
            "H3 nobody else can read the audit log, and what is appended is in the file at once, behind what was there")
    void appends() throws IOException {
        append(NONE, "one");
        assertEquals(List.of("one"), current());
        files.close();
        append(NONE, "two", "three");
        assertEquals(List.of("one", "two", "three"), current());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(AuditFiles.CURRENT))));
    }

    @Test
    @DisplayName("H3 what a crash left of a record does not spoil the next one")
    void cutsTornLine() throws IOException {
        append(NONE, "one");
        files.close();
        Files.writeString(directory.resolve(AuditFiles.CURRENT), "one\n{\"at\":\"20");
        append(NONE, "two");
        assertEquals(List.of("one", "two"), current());
    }

    @Test
    @DisplayName(
            "H3 a file ends at its size, never before its first record, and no file replaces another of its moment")
    void rotates() throws IOException {
        append(SMALL, "a record that is longer than a file may be");
        append(SMALL, "0123456789");
        append(SMALL, "01234567");
        append(SMALL, "x");
        assertEquals(
                List.of("audit.jsonl", "audit_20260304T050607.089Z.jsonl", "audit_20260304T050607.090Z.jsonl"),
                names());
        assertEquals(List.of("x"), current());
        assertEquals(
                List.of("0123456789", "01234567"),
                Files.readAllLines(directory.resolve("audit_20260304T050607.090Z.jsonl")));
    }

    @Test
    @DisplayName(
            "H3 the oldest files go when there is more than is wanted, and those that are too old; nothing else does")
    void retains() throws IOException {
        append(NONE, "0123456789");
        for (int day = 1; day <= 4; day++) {
            Path file =
                    Files.writeString(directory.resolve("audit_2026020" + day + "T000000.000Z.jsonl"), "0123456789");
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-02-0" + day + "T00:00:00Z")));
        }
        Files.writeString(directory.resolve("audit_notes.txt"), "an operator's");
        files.retain(new Bounds(1, 0, 0));
        assertEquals(6, names().size());
        files.retain(new Bounds(1, 0, 42));
        assertEquals(
                List.of(
                        "audit.jsonl",
                        "audit_20260202T000000.000Z.jsonl",
                        "audit_20260203T000000.000Z.jsonl",
                        "audit_20260204T000000.000Z.jsonl",
                        "audit_notes.txt"),
                names());
        files.retain(new Bounds(1, 29, 0));
        assertEquals(List.of("audit.jsonl", "audit_20260204T000000.000Z.jsonl", "audit_notes.txt"), names());
        files.retain(new Bounds(1, 0, 1));
        assertEquals(List.of("audit.jsonl", "audit_notes.txt"), names());
    }

    @Test
    @DisplayName("H3 a file that somebody moved away is begun anew")
    void survivesMove() throws IOException {
        append(NONE, "one");
        Files.move(directory.resolve(AuditFiles.CURRENT), directory.resolve("taken"));
        append(NONE, "two");
        assertEquals(List.of("two"), current());
        assertEquals(List.of("one"), Files.readAllLines(directory.resolve("taken")));
        assertTrue(Files.exists(directory.resolve(AuditFiles.CURRENT)));
    }
}
