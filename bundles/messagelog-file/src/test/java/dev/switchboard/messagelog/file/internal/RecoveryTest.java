package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private LogHead head;

    /** Segments 1-3, 4-6, 7-9; each file as an orderly stop leaves it. */
    @BeforeEach
    void fill() {
        try (MessageLog log = open()) {
            for (int i = 1; i <= 9; i++) {
                log.append(project, Records.lines(i, i));
            }
            head = log.head(project);
        }
    }

    private MessageLog open() {
        return Stores.provider(data, clock, Stores.settings(data, 1 << 20, 3)).open();
    }

    private Path segment(int place) {
        return Stores.segments(data, project).get(place);
    }

    private Path lastSegment() {
        List<Path> segments = Stores.segments(data, project);
        return segments.get(segments.size() - 1);
    }

    private Path index(int place) {
        return SegmentName.indexOf(segment(place));
    }

    private void cut(Path file, long size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) size));
    }

    private void flip(Path file, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) position] ^= 1;
        Files.write(file, bytes);
    }

    private static long lineStart(Path file, int line) throws IOException {
        long start = 0;
        for (String text : Files.readAllLines(file).subList(0, line)) {
            start += text.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return start;
    }

    @Test
    @DisplayName(
            "M2 a tail that a crash tore, at any byte, is cut off; epoch and other records stay; the next append goes on")
    void tornAtEveryByte() throws IOException {
        Path file = segment(2);
        byte[] whole = Files.readAllBytes(file);
        long start = lineStart(file, 2);
        Path identity = Stores.directory(data, project).resolve(LogIdentity.FILE);
        byte[] begin = Files.readAllBytes(identity);
        // What a crash leaves: no index that knows the last record.
        Files.delete(index(2));
        for (long size = start; size < whole.length; size++) {
            Files.write(file, Arrays.copyOf(whole, (int) size));
            // Only without its line feed is the record complete.
            long last = size == whole.length - 1 ? 9 : 8;
            try (MessageLog log = open()) {
                assertEquals(new LogHead(head.epoch(), 1, last), log.head(project), "cut at " + (size - start));
                assertEquals(last, Records.readAll(log, project).size());
                assertEquals(
                        last + 1,
                        log.append(project, Records.lines(10, 10)).get(0).seq());
            }
            try (MessageLog log = open()) {
                assertEquals(last + 1, Records.readAll(log, project).size());
            }
            Stores.segments(data, project).stream()
                    .skip(3)
                    .forEach(extra -> extra.toFile().delete());
            Files.delete(index(2));
            Files.write(identity, begin);
        }
    }

    @Test
    @DisplayName("M2 a last segment with only a torn record in it is removed: there is never an empty one")
    void tornFirstRecord() throws IOException {
        try (MessageLog log = open()) {
            assertEquals(9, log.head(project).lastSeq());
        }
        Path torn = segment(0).resolveSibling("messages_20260131T111111.000000Z_10.jsonl");
        for (String start : List.of("", "{", "{\"seq\":10,\"ts\":\"2026-01-31T11:11")) {
            Files.writeString(torn, start);
            try (MessageLog log = open()) {
                assertEquals(head, log.head(project), start);
            }
            assertEquals(3, Stores.segments(data, project).size());
        }
    }

    @Test
    @DisplayName(
            "M2 damage at the end, where records may have been shown, means a new epoch; what was there is kept aside")
    void damagedEnd() throws IOException {
        Path file = segment(2);
        Files.delete(index(2));
        flip(file, lineStart(file, 2) + 100);
        try (MessageLog log = open()) {
            assertEquals(8, log.head(project).lastSeq());
            assertNotEquals(head.epoch(), log.head(project).epoch());
            assertEquals(8, Records.readAll(log, project).size());
        }
        assertEquals(1, Stores.files(data, project, ".damaged").size());
    }

    @Test
    @DisplayName("M2 a power failure's zeros at the end mean a new epoch")
    void zerosAtEnd() throws IOException {
        Files.delete(index(2));
        Files.write(segment(2), new byte[500], StandardOpenOption.APPEND);
        try (MessageLog log = open()) {
            assertEquals(9, log.head(project).lastSeq());
            assertNotEquals(head.epoch(), log.head(project).epoch());
        }
    }

    @Test
    @DisplayName("M2 a flipped line feed at the end is made good: the record proves itself without it")
    void flippedLineFeed() throws IOException {
        Path file = segment(2);
        byte[] whole = Files.readAllBytes(file);
        Files.delete(index(2));
        flip(file, whole.length - 1);
        try (MessageLog log = open()) {
            assertEquals(head, log.head(project));
        }
        assertEquals(new String(whole, StandardCharsets.UTF_8), Files.readString(file));
    }

    @Test
    @DisplayName("M2 records that the index knows and the segment lacks are lost: a new epoch")
    void shorterThanIndex() throws IOException {
        cut(segment(2), lineStart(segment(2), 1));
        try (MessageLog log = open()) {
            assertEquals(7, log.head(project).lastSeq());
            assertNotEquals(head.epoch(), log.head(project).epoch());
        }
    }

    @Test
    @DisplayName("M2 the newest segment is missing: a new epoch, and the rest stays")
    void newestMissing() throws IOException {
        Files.delete(segment(2));
        try (MessageLog log = open()) {
            assertEquals(6, log.head(project).lastSeq());
            assertNotEquals(head.epoch(), log.head(project).epoch());
            assertEquals(7, log.append(project, Records.lines(7, 7)).get(0).seq());
        }
    }

    @Test
    @DisplayName("M2 a segment in the middle is missing: its records are a gap, the epoch stays")
    void middleMissing() throws IOException {
        Files.delete(segment(1));
        try (MessageLog log = open()) {
            assertEquals(head, log.head(project));
            MessagePage page = log.read(project, MessageQuery.all().withCount(true));
            assertEquals(List.of(1L, 2L, 3L, 7L, 8L, 9L), Records.seqs(page.messages()));
            assertGaps(page, "4-6");
            assertEquals(6, page.total().orElseThrow());
        }
    }

    private static void assertGaps(MessagePage page, String... expected) {
        List<String> gaps =
                page.gaps().stream().map(gap -> gap.from() + "-" + gap.to()).toList();
        assertEquals(List.of(expected), gaps);
        assertTrue(page.gaps().stream().map(Gap::reason).allMatch(reason -> reason.contains("damaged")));
    }

    @Test
    @DisplayName("M2 damage in the middle is a gap where it belongs, in both orders and with or without its index")
    void damagedMiddle() throws IOException {
        flip(segment(1), lineStart(segment(1), 1) + 90); // record 5
        flip(segment(1), lineStart(segment(1), 2) - 1); // the line feed of record 5
        flip(segment(2), 90); // record 7
        for (int round = 0; round < 2; round++) {
            try (MessageLog log = open()) {
                // With its index, record 6 can be found although the line feed before it is gone.
                boolean indexed = round == 0;
                List<Long> seqs = indexed ? List.of(1L, 2L, 3L, 4L, 6L, 8L, 9L) : List.of(1L, 2L, 3L, 4L, 8L, 9L);
                MessagePage page = log.read(project, MessageQuery.all());
                assertEquals(seqs, Records.seqs(page.messages()));
                assertGaps(page, indexed ? new String[] {"5-5", "7-7"} : new String[] {"5-7"});
                MessageQuery newest = MessageQuery.all().withOrder(Order.DESCENDING);
                page = log.read(project, newest.withLimit(3));
                assertEquals(indexed ? List.of(9L, 8L, 6L) : List.of(9L, 8L, 4L), Records.seqs(page.messages()));
                assertGaps(page, indexed ? "7-7" : "5-7");
                page = log.read(project, newest.withLimit(2));
                assertEquals(List.of(9L, 8L), Records.seqs(page.messages()));
                assertGaps(page);
                page = log.read(
                        project,
                        newest.withLimit(2).withCursor(page.nextCursor().orElseThrow()));
                assertGaps(page, indexed ? new String[] {"7-7", "5-5"} : new String[] {"5-7"});
                assertEquals(head, log.head(project));
            }
            Files.deleteIfExists(index(1));
            Files.deleteIfExists(index(2));
        }
    }

    @Test
    @DisplayName("M3 indexes that are missing, stale or damaged at any byte are made again")
    void indexes() throws IOException {
        byte[] good = Files.readAllBytes(index(1));
        byte[] other = Files.readAllBytes(index(0));
        for (int position = -3; position < good.length; position += position < 0 ? 1 : 3) {
            Files.delete(index(1));
            if (position == -2) {
                Files.write(index(1), other);
            } else if (position == -1) {
                Files.write(index(1), Arrays.copyOf(good, good.length - 1));
            } else if (position >= 0) {
                Files.write(index(1), good);
                flip(index(1), position);
            }
            try (MessageLog log = open()) {
                MessageQuery query =
                        MessageQuery.all().withTypes(Set.of("assistant")).withCount(true);
                assertEquals(9, log.read(project, query).total().orElseThrow());
                assertEquals(9, Records.readAll(log, project).size());
                assertEquals(head, log.head(project));
            }
            assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(index(1))), "damaged at " + position);
        }
    }

    @Test
    @DisplayName("M2 opening looks into the newest segment only")
    void opensNewestOnly() throws IOException {
        for (int place = 0; place < 2; place++) {
            Files.writeString(segment(place), "nonsense");
            Files.delete(index(place));
        }
        try (MessageLog log = open()) {
            assertEquals(head, log.head(project));
            assertEquals(10, log.append(project, Records.lines(10, 10)).get(0).seq());
            assertEquals(
                    9,
                    log.lastFrom(project, "agent-1")
                            .map(message -> message.seq() - 1)
                            .orElseThrow());
            MessagePage page = log.read(project, MessageQuery.all());
            assertEquals(List.of(7L, 8L, 9L, 10L), Records.seqs(page.messages()));
            assertGaps(page, "1-6");
        }
    }

    @Test
    @DisplayName("X8 if an agent's last record is damaged, the one before it is the last")
    void lastFromDamaged() throws IOException {
        flip(segment(2), lineStart(segment(2), 2) + 90);
        try (MessageLog log = open()) {
            assertEquals(8, log.lastFrom(project, "agent-1").orElseThrow().seq());
        }
        flip(segment(2), lineStart(segment(2), 1) + 90);
        flip(segment(2), 90);
        try (MessageLog log = open()) {
            assertEquals(6, log.lastFrom(project, "agent-1").orElseThrow().seq());
        }
    }

    @Test
    @DisplayName("M2 without its identity the log gets a new epoch and keeps its records; so with a damaged one")
    void identity() throws IOException {
        Path identity = Stores.directory(data, project).resolve(LogIdentity.FILE);
        byte[] good = Files.readAllBytes(identity);
        for (int position = 0; position < good.length; position++) {
            Files.write(identity, good);
            flip(identity, position);
            try (MessageLog log = open()) {
                assertNotEquals(head.epoch(), log.head(project).epoch(), "damaged at " + position);
                assertEquals(9, log.head(project).lastSeq());
            }
        }
        Files.delete(identity);
        try (MessageLog log = open()) {
            assertNotEquals(head.epoch(), log.head(project).epoch());
            assertEquals(9, log.head(project).lastSeq());
        }
    }

    @Test
    @DisplayName("M2 a log of a newer format is refused and left as it is; other projects are not concerned")
    void newerFormat() throws IOException {
        Path identity = Stores.directory(data, project).resolve(LogIdentity.FILE);
        Files.writeString(identity, "{\"format\":2,\"anything\":true}");
        try (MessageLog log = open()) {
            SwitchboardException refused =
                    assertThrows(SwitchboardException.class, () -> log.append(project, Records.lines(10, 10)));
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refused.code());
            assertTrue(refused.getMessage().contains("newer version"), refused.getMessage());
            log.append(ProjectId.random(), Records.lines(1, 1));
        }
        assertEquals("{\"format\":2,\"anything\":true}", Files.readString(identity));
        assertEquals(3, Stores.segments(data, project).size());
    }

    @Test
    @DisplayName("P1 a delete that a crash cut short is finished at the next opening")
    void deleteCutShort() throws IOException {
        Path tombstones = Files.createDirectories(data.resolve("projects").resolve(".deleted"));
        Files.move(Stores.directory(data, project), tombstones.resolve(project + "_x"));
        try (MessageLog log = open()) {
            assertEquals(0, tombstones.toFile().list().length);
            assertEquals(Set.of(), log.projects());
            assertEquals(0, log.head(project).lastSeq());
        }
        assertEquals(1, lastSegmentCountAfterAppend());
    }

    private int lastSegmentCountAfterAppend() throws IOException {
        try (MessageLog log = open()) {
            log.append(project, Records.lines(1, 1));
        }
        return Files.readAllLines(lastSegment()).size();
    }

    @Test
    @DisplayName("P1 what the project store has in the project's directory survives the delete of the log")
    void deleteKeepsOthers() throws IOException {
        Path metadata = Stores.directory(data, project).resolveSibling("metadata.json");
        Files.writeString(metadata, "{}");
        try (MessageLog log = open()) {
            log.delete(project);
        }
        assertEquals("{}", Files.readString(metadata));
    }
}
