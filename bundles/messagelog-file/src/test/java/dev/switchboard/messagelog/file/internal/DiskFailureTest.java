package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.MessageLog;
import dev.switchboard.messagelog.file.internal.FaultyFiles.Operation;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskFailureTest {
    private static final String FULL = "No space left on device";
    private static final String BROKEN = "Input/output error";

    @TempDir
    Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();

    private MessageLog open(Settings settings) {
        return Stores.provider(clock, settings, files).open();
    }

    private void assertRefused(ErrorCode code, MessageLog log, long number) {
        SwitchboardException refused =
                assertThrows(SwitchboardException.class, () -> log.append(project, Records.lines(number, number + 2)));
        assertEquals(code, refused.code());
        assertFalse(refused.getMessage().contains(data.toString()), refused.getMessage());
    }

    /** Exactly these records are there, now and after reopening, in the same epoch. */
    private void assertRecords(MessageLog log, long last, Settings settings) {
        List<Long> expected = LongStream.rangeClosed(1, last).boxed().toList();
        assertEquals(expected, Records.seqs(Records.readAll(log, project)));
        LogHead head = log.head(project);
        log.close();
        try (MessageLog again = open(settings)) {
            assertEquals(head, again.head(project));
            assertEquals(expected, Records.seqs(Records.readAll(again, project)));
            assertEquals(
                    "{\"n\":" + last + "}",
                    Records.readAll(again, project)
                            .get((int) last - 1)
                            .content()
                            .toText());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 250})
    @DisplayName("M5 an append to a full disk leaves nothing behind, wherever it stopped; afterwards it goes on")
    void full(int torn) {
        MessageLog log = open(Stores.settings(data));
        log.append(project, Records.lines(1, 3));
        files.tearWritesAt(torn);
        files.fail(FULL, Operation.WRITE);
        assertRefused(ErrorCode.DISK_SPACE_LOW, log, 100);
        assertEquals(3, log.head(project).lastSeq());
        files.heal();
        log.append(project, Records.lines(4, 5));
        assertRecords(log, 5, Stores.settings(data));
    }

    @Test
    @DisplayName("M5 the very first append to a full disk leaves no file")
    void fullAtFirst() {
        MessageLog log = open(Stores.settings(data));
        log.head(project);
        files.tearWritesAt(300);
        files.fail(FULL, Operation.WRITE);
        assertRefused(ErrorCode.DISK_SPACE_LOW, log, 100);
        assertEquals(List.of(), Stores.segments(data, project));
        files.heal();
        log.append(project, Records.lines(1, 1));
        assertRecords(log, 1, Stores.settings(data));
    }

    @Test
    @DisplayName("M2 what cannot be taken back keeps the log from going on, until it can be")
    void cannotTakeBack() {
        MessageLog log = open(Stores.settings(data));
        log.append(project, Records.lines(1, 3));
        files.tearWritesAt(400);
        files.fail(BROKEN, Operation.WRITE, Operation.TRUNCATE);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 100);
        files.fail(BROKEN, Operation.TRUNCATE);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 200);
        assertEquals(List.of(1L, 2L, 3L), Records.seqs(Records.readAll(log, project)));
        files.heal();
        log.append(project, Records.lines(4, 4));
        assertRecords(log, 4, Stores.settings(data));
    }

    @Test
    @DisplayName("M2 with durability always, a record that could not be forced was not appended")
    void cannotForce() {
        Settings settings = Stores.settings(data).with(ServerSettings.LOG_DURABILITY, Durability.ALWAYS);
        MessageLog log = open(settings);
        log.append(project, Records.lines(1, 3));
        files.fail(BROKEN, Operation.FORCE);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 100);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 200);
        files.heal();
        log.append(project, Records.lines(4, 4));
        assertRecords(log, 4, settings);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"OPEN", "WRITE", "FORCE", "REPLACE"})
    @DisplayName("M1 a rotation that fails leaves the log as it was; afterwards it goes on")
    void rotation(Operation operation) {
        Settings settings = Stores.settings(data, 1 << 20, 3);
        MessageLog log = open(settings);
        log.append(project, Records.lines(1, 3));
        files.fail(BROKEN, operation);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 100);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 200);
        assertEquals(1, Stores.segments(data, project).size());
        files.heal();
        log.append(project, Records.lines(4, 4));
        assertEquals(2, Stores.segments(data, project).size());
        assertRecords(log, 4, settings);
    }

    @Test
    @DisplayName("M1 a new segment that can neither be filled nor removed keeps the log from going on, until it can be")
    void rotationLeftover() {
        Settings settings = Stores.settings(data, 1 << 20, 3);
        MessageLog log = open(settings);
        log.append(project, Records.lines(1, 3));
        files.tearWritesAt(400);
        files.fail(FULL, Operation.WRITE, Operation.TRUNCATE, Operation.DELETE);
        assertRefused(ErrorCode.DISK_SPACE_LOW, log, 100);
        files.fail(BROKEN, Operation.DELETE);
        assertRefused(ErrorCode.STORAGE_UNAVAILABLE, log, 200);
        files.heal();
        log.append(project, Records.lines(4, 4));
        assertEquals(2, Stores.segments(data, project).size());
        assertRecords(log, 4, settings);
    }

    @Test
    @DisplayName("M2 a group commit that failed is made good before the next append")
    void groupCommit() {
        MessageLog log = open(Stores.settings(data));
        log.append(project, Records.lines(1, 1));
        Waiting.until(() -> files.forces.get() > 0);
        files.forcers.clear();
        files.fail(BROKEN, Operation.FORCE);
        log.append(project, Records.lines(2, 2));
        Waiting.until(() -> !files.forcers.isEmpty());
        Waiting.until(() -> refuses(log));
        files.heal();
        log.append(
                project,
                Records.lines(log.head(project).lastSeq() + 1, log.head(project).lastSeq() + 1));
        assertRecords(log, log.head(project).lastSeq(), Stores.settings(data));
    }

    private boolean refuses(MessageLog log) {
        try {
            long next = log.head(project).lastSeq() + 1;
            log.append(project, Records.lines(next, next));
            return false;
        } catch (SwitchboardException e) {
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            return true;
        }
    }

    @Test
    @DisplayName(
            "P1 a delete that fails leaves the log; one that cannot remove the files is finished at the next opening")
    void delete() {
        MessageLog log = open(Stores.settings(data));
        log.append(project, Records.lines(1, 3));
        files.fail(BROKEN, Operation.RENAME);
        assertThrows(SwitchboardException.class, () -> log.delete(project));
        assertEquals(3, Records.readAll(log, project).size());
        files.fail(BROKEN, Operation.DELETE);
        log.delete(project);
        files.heal();
        assertEquals(0, log.head(project).lastSeq());
        Path tombstones = data.resolve("projects").resolve(".deleted");
        assertEquals(1, tombstones.toFile().list().length);
        log.delete(project);
        log.close();
        open(Stores.settings(data)).close();
        assertEquals(0, tombstones.toFile().list().length);
        assertFalse(
                data.resolve("projects").resolve(project.toString()).toFile().exists());
    }

    @Test
    @DisplayName("M1 an interrupted thread appends and reads as any other, and stays interrupted")
    void interrupted() {
        MessageLog log = open(Stores.settings(data, 1 << 20, 2));
        Thread.currentThread().interrupt();
        for (int i = 1; i <= 7; i++) {
            log.append(project, Records.lines(i, i));
        }
        assertEquals(7, Records.readAll(log, project).size());
        assertEquals(true, Thread.interrupted());
        assertRecords(log, 7, Stores.settings(data, 1 << 20, 2));
    }
}
