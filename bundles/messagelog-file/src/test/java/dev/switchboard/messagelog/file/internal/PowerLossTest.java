package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each level of durability promises when the process dies, and when the machine does. */
class PowerLossTest {
    private static final BootId BEFORE = new BootId(Optional.of("boot-1"));
    private static final BootId AFTER = new BootId(Optional.of("boot-2"));
    private static final int ROUNDS = 10;

    @TempDir
    Path scratch;

    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private final VolatileFiles files = new VolatileFiles();

    private MessageLog open(Path data, Durability durability, FileLayer layer, BootId boot) {
        Settings settings = Stores.settings(data, 1 << 20, 7).with(ServerSettings.LOG_DURABILITY, durability);
        return Stores.provider(clock, settings, layer, boot).open();
    }

    private static void assertWhole(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            assertEquals(i + 1, messages.get(i).seq());
            assertEquals("{\"n\":" + (i + 1) + "}", messages.get(i).content().toText());
        }
    }

    /** Appends some records and fails without closing; the directory that is left. */
    private Path crash(Path data, Durability durability, VolatileFiles.Loss loss, Random random, LogHead[] shown)
            throws IOException {
        Path left = scratch.resolve("left-" + random.nextInt(Integer.MAX_VALUE));
        try (MessageLog log = open(data, durability, files, BEFORE)) {
            int count = 1 + random.nextInt(20);
            for (int i = 1; i <= count; i++) {
                log.append(project, Records.lines(i, i));
            }
            shown[0] = log.head(project);
            files.fail(data, left, loss, random);
        }
        return left;
    }

    @ParameterizedTest
    @EnumSource(VolatileFiles.Loss.class)
    @DisplayName("M2 always: after a power failure every record that was shown is there, and the epoch is the same")
    void always(VolatileFiles.Loss loss) throws IOException {
        Random random = new Random(loss.ordinal());
        for (int round = 0; round < ROUNDS; round++) {
            LogHead[] shown = new LogHead[1];
            Path left = crash(scratch.resolve("always-" + round), Durability.ALWAYS, loss, random, shown);
            try (MessageLog log = open(left, Durability.ALWAYS, new DiskFiles(), AFTER)) {
                assertEquals(shown[0], log.head(project));
                assertWhole(Records.readAll(log, project));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GROUP,ALL", "GROUP,SOME", "GROUP,ZEROS", "OS,ALL", "OS,SOME", "OS,ZEROS"})
    @DisplayName("M2 group, os: after a power failure what is left is right, and the epoch is a new one")
    void others(Durability durability, VolatileFiles.Loss loss) throws IOException {
        Random random = new Random(loss.ordinal());
        for (int round = 0; round < ROUNDS; round++) {
            LogHead[] shown = new LogHead[1];
            Path left = crash(scratch.resolve("others-" + round), durability, loss, random, shown);
            LogHead head;
            try (MessageLog log = open(left, durability, new DiskFiles(), AFTER)) {
                head = log.head(project);
                assertNotEquals(shown[0].epoch(), head.epoch());
                assertTrue(head.lastSeq() <= shown[0].lastSeq(), head::toString);
                List<Message> kept = Records.readAll(log, project);
                assertEquals(head.lastSeq(), kept.size());
                assertWhole(kept);
                long next = head.lastSeq() + 1;
                assertEquals(List.of(next), Records.seqs(log.append(project, Records.lines(next, next))));
            }
            try (MessageLog log = open(left, durability, new DiskFiles(), AFTER)) {
                assertEquals(head.epoch(), log.head(project).epoch(), "the new epoch lasts");
            }
        }
    }

    @Test
    @DisplayName("M2 group: what was forced before the power failed is there")
    void forcedStays() throws IOException {
        Path data = scratch.resolve("data");
        Path left = scratch.resolve("left");
        try (MessageLog log = open(data, Durability.GROUP, files, BEFORE)) {
            log.append(project, Records.lines(1, 3));
            Path segment = Stores.segments(data, project).get(0);
            Waiting.until(() -> files.forced(segment) > 0);
            files.fail(data, left, VolatileFiles.Loss.ALL, new Random(1));
        }
        try (MessageLog log = open(left, Durability.GROUP, new DiskFiles(), AFTER)) {
            assertEquals(3, log.head(project).lastSeq());
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    @DisplayName("M2 after the process alone was killed everything is there and the epoch the same, at each level")
    void killed(Durability durability) throws IOException {
        Path data = scratch.resolve("data");
        Path left = scratch.resolve("left");
        LogHead shown;
        try (MessageLog log = open(data, durability, new DiskFiles(), BEFORE)) {
            log.append(project, Records.lines(1, 10));
            shown = log.head(project);
            copy(data, left);
        }
        try (MessageLog log = open(left, durability, new DiskFiles(), BEFORE)) {
            assertEquals(shown, log.head(project));
            assertEquals(10, Records.readAll(log, project).size());
        }
    }

    /** What the system keeps of a killed process: every byte that was written. */
    private static void copy(Path data, Path left) throws IOException {
        new VolatileFiles().fail(data, left, VolatileFiles.Loss.ALL, new Random(1));
    }

    @Test
    @DisplayName("M2 an orderly stop leaves no doubt: the machine may be started again without a new epoch")
    void orderly() throws IOException {
        Path data = scratch.resolve("data");
        LogHead shown;
        try (MessageLog log = open(data, Durability.GROUP, files, BEFORE)) {
            log.append(project, Records.lines(1, 10));
            shown = log.head(project);
            assertTrue(identity(data).contains("\"boot\":\"boot-1\""), identity(data));
        }
        assertFalse(identity(data).contains("boot"), identity(data));
        Path left = scratch.resolve("left");
        files.fail(data, left, VolatileFiles.Loss.ALL, new Random(1));
        try (MessageLog log = open(left, Durability.GROUP, new DiskFiles(), AFTER)) {
            assertEquals(shown, log.head(project));
        }
    }

    private String identity(Path data) throws IOException {
        return Files.readString(Stores.directory(data, project).resolve(LogIdentity.FILE));
    }

    @Test
    @DisplayName("M2 a doubt ends with the recovery: what was forced then is not doubted at the next power failure")
    void doubtEnds() throws IOException {
        Path data = scratch.resolve("data");
        Path left = scratch.resolve("left");
        LogHead shown;
        try (MessageLog log = open(data, Durability.OS, new DiskFiles(), BEFORE)) {
            log.append(project, Records.lines(1, 3));
            shown = log.head(project);
            copy(data, left);
        }
        Path third = scratch.resolve("third");
        try (MessageLog log = open(left, Durability.OS, files, BEFORE)) {
            assertEquals(shown, log.head(project));
            files.fail(left, third, VolatileFiles.Loss.ALL, new Random(1));
        }
        try (MessageLog log = open(third, Durability.OS, new DiskFiles(), AFTER)) {
            assertEquals(shown, log.head(project));
        }
    }

    @Test
    @DisplayName("M2 where the system tells no id, an unclean stop may have been the machine's")
    void unknownBoot() throws IOException {
        BootId unknown = new BootId(Optional.empty());
        Path data = scratch.resolve("data");
        Path left = scratch.resolve("left");
        LogHead shown;
        try (MessageLog log = open(data, Durability.GROUP, new DiskFiles(), unknown)) {
            log.append(project, Records.lines(1, 3));
            shown = log.head(project);
            copy(data, left);
        }
        try (MessageLog log = open(left, Durability.GROUP, new DiskFiles(), unknown)) {
            assertNotEquals(shown.epoch(), log.head(project).epoch());
            assertEquals(3, log.head(project).lastSeq());
        }
        try (MessageLog log = open(data, Durability.GROUP, new DiskFiles(), unknown)) {
            assertEquals(shown, log.head(project), "after an orderly stop");
        }
    }

    @Test
    @DisplayName("M2 this machine tells which start it is, the same at each call; what is no id is none")
    void present() throws IOException {
        assertEquals(BootId.present(), BootId.present());
        assertTrue(BootId.present().isSame(BootId.present().mark()));
        assertEquals(Optional.empty(), BootId.read(scratch.resolve("missing")));
        assertEquals(Optional.empty(), BootId.read(Files.writeString(scratch.resolve("a"), "\"x\" y")));
        assertEquals(Optional.of("a-b_c.1"), BootId.read(Files.writeString(scratch.resolve("b"), "a-b_c.1\n")));
    }
}
