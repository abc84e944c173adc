package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others put into the log's directories, and directories that have become read-only. */
class ForeignEntriesTest {
    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final FaultyFiles files = new FaultyFiles();
    private final ProjectId project = ProjectId.random();
    private Path projects;
    private LogHead head;

    /** Segments 1-3 and 4-6, as an orderly stop leaves them. */
    @BeforeEach
    void fill() {
        projects = data.resolve("projects");
        try (MessageLog log = open()) {
            log.append(project, Records.lines(1, 3));
            log.append(project, Records.lines(4, 6));
            head = log.head(project);
        }
    }

    private MessageLog open() {
        return Stores.provider(clock, Stores.settings(data, 1 << 20, 3), files).open();
    }

    private static Path directoryWithFile(Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve("note"), "mine");
    }

    @Test
    @DisplayName("P4 M2 a foreign entry in any directory, .deleted too, is left alone and keeps nothing from opening")
    void leavesAlone() throws IOException {
        Path deleted = projects.resolve(".deleted");
        Path log = Stores.directory(data, project);
        List<Path> foreign = List.of(
                directoryWithFile(projects.resolve("notes")),
                Files.writeString(projects.resolve(ProjectId.random().toString()), "a file"),
                directoryWithFile(deleted.resolve("notes")),
                directoryWithFile(deleted.resolve("a name that is longer than the id of a project_x")),
                directoryWithFile(deleted.resolve(ProjectId.random().toString())),
                directoryWithFile(deleted.resolve(ProjectId.random() + "-x")),
                Files.writeString(deleted.resolve("file"), "mine"),
                directoryWithFile(log.resolve("messages_20300101T000000Z_7.jsonl")),
                Files.writeString(log.resolve("README"), "mine"),
                Files.writeString(log.resolve("messages_x_y.jsonl"), "mine"));
        directoryWithFile(log.resolve("log.json.tmp")); // in the way, so it is set aside
        ProjectId cutShort = ProjectId.random();
        Path tombstone = directoryWithFile(deleted.resolve(cutShort + "_x")).getParent();
        try (MessageLog reopened = open()) {
            assertEquals(head, reopened.head(project));
            assertEquals(Set.of(project), reopened.projects());
            assertEquals(6, Records.readAll(reopened, project).size());
            assertEquals(7, reopened.append(project, Records.lines(7, 7)).get(0).seq());
            assertTrue(Files.notExists(tombstone), "a delete that was cut short is finished all the same");
            foreign.forEach(path -> assertTrue(Files.exists(path), path::toString));
            assertTrue(Files.exists(log.resolve("log.json.tmp.damaged").resolve("note")));
            reopened.delete(project);
        }
    }

    @Test
    @DisplayName("P1 where no tombstone can be, nothing is deleted, and that is said; later it is")
    void noPlaceForTombstones() throws IOException {
        Path deleted = Files.writeString(projects.resolve(".deleted"), "a file");
        try (MessageLog log = open()) {
            SwitchboardException e = assertThrows(SwitchboardException.class, () -> log.delete(project));
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            assertEquals(6, Records.readAll(log, project).size());
            Files.delete(deleted);
            log.delete(project);
            assertEquals(Set.of(), log.projects());
        }
    }

    @Test
    @DisplayName("M3 a directory where an index should be is passed over")
    void directoryAsIndex() throws IOException {
        for (Path segment : Stores.segments(data, project)) {
            Path index = SegmentName.indexOf(segment);
            Files.delete(index);
            directoryWithFile(index);
        }
        try (MessageLog log = open()) {
            assertEquals(head, log.head(project));
            assertEquals(6, Records.readAll(log, project).size());
            log.append(project, Records.lines(7, 7));
        }
    }

    @Test
    @DisplayName("M2 a directory where the log's identity should be is set aside; the records stay, under a new epoch")
    void directoryAsIdentity() throws IOException {
        Path identity = Stores.directory(data, project).resolve(LogIdentity.FILE);
        Files.delete(identity);
        directoryWithFile(identity);
        try (MessageLog log = open()) {
            assertNotEquals(head.epoch(), log.head(project).epoch());
            assertEquals(6, Records.readAll(log, project).size());
        }
        assertTrue(Files.isRegularFile(identity));
        assertEquals(
                "mine",
                Files.readString(identity.resolveSibling("log.json.damaged").resolve("note")));
    }

    @Test
    @DisplayName("M2 a project whose log is a file is refused, and no other")
    void fileAsLog() throws IOException {
        ProjectId other = ProjectId.random();
        Files.createDirectories(projects.resolve(other.toString()));
        Files.writeString(Stores.directory(data, other), "a file");
        try (MessageLog log = open()) {
            SwitchboardException e = assertThrows(SwitchboardException.class, () -> log.head(other));
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            assertTrue(!e.getMessage().contains(data.toString()), e.getMessage());
            assertEquals(head, log.head(project));
            log.delete(other);
            assertEquals(0, log.head(other).lastSeq());
        }
    }

    @Test
    @DisplayName(
            "M2 M5 on a read-only disk the log opens and can be read, appends are refused; later it goes on without a hole")
    void readOnly() {
        files.fail("Read-only file system", FaultyFiles.Operation.values());
        try (MessageLog log = open()) {
            assertEquals(head, log.head(project));
            assertEquals(6, Records.readAll(log, project).size());
            for (int i = 0; i < 2; i++) {
                SwitchboardException e =
                        assertThrows(SwitchboardException.class, () -> log.append(project, Records.lines(7, 7)));
                assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            }
            assertThrows(SwitchboardException.class, () -> log.delete(project));
            assertEquals(6, Records.readAll(log, project).size());
            files.heal();
            assertEquals(7, log.append(project, Records.lines(7, 7)).get(0).seq());
            assertEquals(head.epoch(), log.head(project).epoch());
        }
    }
}
