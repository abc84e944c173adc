package dev.switchboard.store.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Direction;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every message log has to do, whatever it keeps its records in. A store's test extends it and says how its log is
 * opened.
 */
public abstract class MessageLogContract {
    @TempDir
    Path scratch;

    /** The clock that {@link #provider} is given. */
    protected final TestClock clock = new TestClock("2026-01-31T10:15:30.123456Z");
    /** The project that the tests are about. */
    protected final ProjectId project = ProjectId.random();
    /** The open log. */
    protected MessageLog log;

    /**
     * A provider for the store of this test: an empty one for each test, and each call for the same one.
     *
     * @param time what records get their times from
     */
    protected abstract MessageLogProvider provider(Clock time);

    @BeforeEach
    final void openLog() {
        log = provider(clock).open();
    }

    @AfterEach
    final void closeLog() {
        log.close();
    }

    /** Closes the log and opens it again. */
    protected final void reopen() {
        log.close();
        log = provider(clock).open();
    }

    @Test
    @DisplayName("M1 records get consecutive seqs from 1, over batches, and projects do not mix")
    void consecutive() {
        ProjectId other = ProjectId.random();
        assertEquals(List.of(1L, 2L), Records.seqs(log.append(project, Records.lines(1, 2))));
        assertEquals(List.of(1L), Records.seqs(log.append(other, Records.lines(1, 1))));
        assertEquals(List.of(3L, 4L, 5L), Records.seqs(log.append(project, Records.lines(3, 5))));
        assertEquals(5, log.head(project).lastSeq());
        assertEquals(1, log.head(other).lastSeq());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), Records.seqs(Records.readAll(log, project)));
        assertEquals(Set.of(project, other), log.projects());
    }

    @Test
    @DisplayName("M1 a log begins empty, with an epoch that lasts")
    void beginsEmpty() {
        LogHead head = log.head(project);
        assertEquals(1, head.firstSeq());
        assertEquals(0, head.lastSeq());
        MessagePage page = log.read(project, MessageQuery.all().withCount(true));
        assertEquals(List.of(), page.messages());
        assertEquals(OptionalLong.of(0), page.total());
        assertEquals(Optional.empty(), page.nextCursor());
        assertEquals(Optional.empty(), log.lastFrom(project, "agent-1"));
        reopen();
        assertEquals(head, log.head(project));
    }

    @Test
    @DisplayName("M1 what append returns is what is read later, field for field and byte for byte")
    void kept() {
        String line = "{ \"b\" : 1.10, \"a\":1e400,\"a\":\"\\u00e9é\uD83D\uDE00\\/\" ,\t\"z\":[ ]}";
        List<NewMessage> batch = List.of(
                new NewMessage(
                        Direction.CLAUDE,
                        "wei\"rd\\ty\npe é\uD800",
                        Content.of(line),
                        Optional.of(new Origin("agent \"1\" é", Long.MAX_VALUE))),
                Records.server("project_state", "{}"),
                new NewMessage(Direction.CLIENT, "user", Content.of("{\"text\":\"hi\"}"), Optional.empty()));
        List<Message> appended = log.append(project, batch);
        for (int round = 0; round < 2; round++) {
            List<Message> read = Records.readAll(log, project);
            assertEquals(3, read.size());
            for (int i = 0; i < 3; i++) {
                assertSame(batch.get(i), i + 1, appended.get(i));
                assertSame(batch.get(i), i + 1, read.get(i));
                assertEquals(appended.get(i).at(), read.get(i).at());
            }
            reopen();
        }
    }

    private static void assertSame(NewMessage given, long seq, Message kept) {
        assertEquals(seq, kept.seq());
        assertEquals(given.direction(), kept.direction());
        assertEquals(given.type(), kept.type());
        assertEquals(given.origin(), kept.origin());
        assertArrayEquals(given.content().toBytes(), kept.content().toBytes());
    }

    @Test
    @DisplayName("M1 malformed UTF-8 becomes U+FFFD, in what is returned and in what is read")
    void malformed() {
        byte[] bytes = "{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        bytes[6] = (byte) 0xC3;
        Message appended = log.append(
                        project, List.of(new NewMessage(Direction.CLAUDE, "x", Content.of(bytes), Optional.empty())))
                .get(0);
        assertEquals("{\"a\":\"\uFFFD\"}", appended.content().toText());
        assertArrayEquals(
                appended.content().toBytes(),
                Records.readAll(log, project).get(0).content().toBytes());
    }

    @Test
    @DisplayName("M1 times are microseconds and rise, also when the clock goes back")
    void timesRise() {
        Instant first = log.append(project, Records.lines(1, 1)).get(0).at();
        assertEquals(Instant.parse("2026-01-31T10:15:30.123456Z"), first);
        clock.advance(Duration.ofHours(-1));
        Instant second = log.append(project, Records.lines(2, 2)).get(0).at();
        assertTrue(second.isAfter(first), second.toString());
        reopen();
        Instant third = log.append(project, Records.lines(3, 3)).get(0).at();
        assertTrue(third.isAfter(second), third.toString());
        clock.set("2026-01-31T10:15:31.123456789Z");
        assertEquals(
                Instant.parse("2026-01-31T10:15:31.123456Z"),
                log.append(project, Records.lines(4, 4)).get(0).at());
    }

    @Test
    @DisplayName("M1 records and epoch survive closing; the next record goes on")
    void survives() {
        log.append(project, Records.lines(1, 10));
        LogHead head = log.head(project);
        reopen();
        assertEquals(head, log.head(project));
        log.append(project, Records.lines(11, 11));
        reopen();
        assertEquals(11, Records.readAll(log, project).size());
        assertEquals(head.epoch(), log.head(project).epoch());
    }

    @Test
    @DisplayName("S1 two logs never hold the same data; the second one gets it when the first is closed")
    void exclusive() {
        SwitchboardException refused =
                assertThrows(SwitchboardException.class, () -> provider(clock).open());
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refused.code());
        log.append(project, Records.lines(1, 1));
        log.close();
        try (MessageLog second = provider(clock).open()) {
            assertEquals(1, second.head(project).lastSeq());
        }
    }

    @Test
    @DisplayName("S1 a closed log refuses everything; closing twice does nothing")
    void closed() {
        log.append(project, Records.lines(1, 1));
        log.close();
        log.close();
        List<Runnable> calls = List.of(
                () -> log.append(project, Records.lines(2, 2)),
                () -> log.head(project),
                () -> log.read(project, MessageQuery.all()),
                () -> log.lastFrom(project, "agent-1"),
                () -> log.projects(),
                () -> log.delete(project));
        for (Runnable call : calls) {
            assertEquals(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    assertThrows(SwitchboardException.class, call::run).code());
        }
    }

    @Test
    @DisplayName("M1 a batch that cannot be kept leaves nothing behind")
    void refused() {
        log.append(project, Records.lines(1, 1));
        assertThrows(IllegalArgumentException.class, () -> log.append(project, List.of()));
        List<NewMessage> bad = List.of(Records.line(2), Records.line(3, "{\n}"));
        assertThrows(IllegalArgumentException.class, () -> log.append(project, bad));
        List<NewMessage> empty = List.of(Records.line(2), Records.line(3, ""));
        assertThrows(IllegalArgumentException.class, () -> log.append(project, empty));
        assertEquals(List.of(2L), Records.seqs(log.append(project, Records.lines(2, 2))));
        reopen();
        assertEquals(List.of(1L, 2L), Records.seqs(Records.readAll(log, project)));
    }

    @Test
    @DisplayName("X8 the last record of an agent is found, also after reopening")
    void lastFrom() {
        log.append(project, Records.lines(1, 3));
        NewMessage other =
                new NewMessage(Direction.CLAUDE, "system", Content.of("{}"), Optional.of(new Origin("agent-2", 77)));
        log.append(project, List.of(other));
        log.append(project, List.of(Records.server("project_state", "{}")));
        for (int round = 0; round < 2; round++) {
            assertEquals(3, log.lastFrom(project, "agent-1").orElseThrow().seq());
            assertEquals(
                    Optional.of(new Origin("agent-2", 77)),
                    log.lastFrom(project, "agent-2").orElseThrow().origin());
            assertEquals(Optional.empty(), log.lastFrom(project, "agent-3"));
            reopen();
        }
    }

    @Test
    @DisplayName("P1 a delete takes all records away, and a later append begins a new log")
    void delete() {
        ProjectId other = ProjectId.random();
        log.append(project, Records.lines(1, 5));
        log.append(other, Records.lines(1, 2));
        LogHead before = log.head(project);
        log.delete(project);
        log.delete(project);
        log.delete(ProjectId.random());
        assertEquals(Set.of(other), log.projects());
        assertEquals(0, log.head(project).lastSeq());
        assertNotEquals(before.epoch(), log.head(project).epoch());
        assertEquals(List.of(1L), Records.seqs(log.append(project, Records.lines(9, 9))));
        reopen();
        assertEquals("{\"n\":9}", Records.readAll(log, project).get(0).content().toText());
        assertEquals(2, log.head(other).lastSeq());
    }

    @Test
    @DisplayName("X2 content is in memory up to the limit, and one byte above it stays outside, whole")
    void largeContent() throws java.io.IOException {
        byte[] atLimit = filled(Content.IN_MEMORY_LIMIT);
        byte[] above = filled(Content.IN_MEMORY_LIMIT + 1);
        byte[] large = filled(5 << 20);
        Path spool = Files.write(scratch.resolve("spool"), large);
        List<NewMessage> batch = List.of(
                new NewMessage(Direction.CLAUDE, "x", Content.of(atLimit), Optional.empty()),
                new NewMessage(Direction.CLAUDE, "x", Content.of(above), Optional.empty()),
                new NewMessage(Direction.CLAUDE, "x", Content.of(spool, 0, large.length), Optional.empty()));
        List<Message> appended = log.append(project, batch);
        Files.delete(spool);
        MessageQuery all = MessageQuery.all().withMaxBytes(Long.MAX_VALUE);
        for (List<Message> messages : List.of(appended, log.read(project, all).messages())) {
            assertTrue(messages.get(0).content().inMemory());
            assertFalse(messages.get(1).content().inMemory());
            assertFalse(messages.get(2).content().inMemory());
            assertArrayEquals(atLimit, messages.get(0).content().toBytes());
            assertArrayEquals(above, messages.get(1).content().toBytes());
            assertArrayEquals(large, messages.get(2).content().toBytes());
        }
    }

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 6);
        System.arraycopy("\"}".getBytes(StandardCharsets.US_ASCII), 0, bytes, size - 2, 2);
        return bytes;
    }

    @Test
    @DisplayName(
            "M3 a page ends at the limit, and at the bytes: at them, not one past them, but never without a record")
    void pageEnds() {
        log.append(
                project,
                List.of(
                        Records.line(1, "{\"a\":1111}"),
                        Records.line(2, "{\"a\":2222}"),
                        Records.line(3, "{\"a\":3333}")));
        assertEquals(List.of(1L, 2L), seqs(MessageQuery.all().withLimit(2)));
        assertEquals(List.of(1L, 2L, 3L), seqs(MessageQuery.all().withLimit(3)));
        assertFalse(
                log.read(project, MessageQuery.all().withLimit(3)).nextCursor().isPresent());
        assertEquals(List.of(1L, 2L), seqs(MessageQuery.all().withMaxBytes(20)));
        assertEquals(List.of(1L), seqs(MessageQuery.all().withMaxBytes(19)));
        assertEquals(List.of(1L), seqs(MessageQuery.all().withMaxBytes(0)));
        assertEquals(
                List.of(3L, 2L),
                seqs(MessageQuery.all().withOrder(Order.DESCENDING).withMaxBytes(29)));
    }

    private List<Long> seqs(MessageQuery query) {
        return Records.seqs(log.read(project, query).messages());
    }

    @Test
    @DisplayName("M3 times are limits that are not included, to the nanosecond")
    void timeLimits() {
        log.append(project, Records.lines(1, 1));
        clock.advance(Duration.ofSeconds(1));
        log.append(project, Records.lines(2, 2));
        Instant at = Instant.parse("2026-01-31T10:15:31.123456Z");
        assertEquals(List.of(), seqs(MessageQuery.all().withSince(at)));
        assertEquals(List.of(2L), seqs(MessageQuery.all().withSince(at.minusNanos(1))));
        assertEquals(List.of(1L), seqs(MessageQuery.all().withBefore(at)));
        assertEquals(List.of(1L, 2L), seqs(MessageQuery.all().withBefore(at.plusNanos(1))));
        assertEquals(
                List.of(1L, 2L), seqs(MessageQuery.all().withSince(Instant.MIN).withBefore(Instant.MAX)));
        assertEquals(List.of(), seqs(MessageQuery.all().withSince(Instant.MAX)));
        assertEquals(List.of(), seqs(MessageQuery.all().withBefore(Instant.MIN)));
    }

    @Test
    @DisplayName("M3 seq limits are not included, and may lie anywhere")
    void seqLimits() {
        log.append(project, Records.lines(1, 5));
        assertEquals(List.of(3L, 4L), seqs(MessageQuery.all().withAfterSeq(2).withBeforeSeq(5)));
        assertEquals(List.of(), seqs(MessageQuery.all().withAfterSeq(5)));
        assertEquals(List.of(), seqs(MessageQuery.all().withAfterSeq(Long.MAX_VALUE)));
        assertEquals(List.of(), seqs(MessageQuery.all().withBeforeSeq(0)));
        assertEquals(List.of(), seqs(MessageQuery.all().withBeforeSeq(1)));
        assertEquals(List.of(), seqs(MessageQuery.all().withAfterSeq(4).withBeforeSeq(2)));
    }

    @Test
    @DisplayName("M3 a cursor is bound to its log and its query")
    void foreignCursor() {
        log.append(project, Records.lines(1, 5));
        MessageQuery query = MessageQuery.all().withLimit(2);
        String cursor = log.read(project, query).nextCursor().orElseThrow();
        assertEquals(List.of(3L, 4L, 5L), seqs(query.withLimit(10).withOffset(7).withCursor(cursor)));
        ProjectId other = ProjectId.random();
        log.append(other, Records.lines(1, 5));
        for (MessageQuery wrong : List.of(
                query.withOrder(Order.DESCENDING).withCursor(cursor),
                query.withTypes(Set.of("assistant")).withCursor(cursor),
                query.withAfterSeq(1).withCursor(cursor),
                query.withCursor(changed(cursor)),
                query.withCursor("?"),
                query.withCursor(""))) {
            assertCursorRefused(() -> log.read(project, wrong));
        }
        assertCursorRefused(() -> log.read(other, query.withCursor(cursor)));
    }

    private static String changed(String cursor) {
        int middle = cursor.length() / 2;
        return cursor.substring(0, middle) + (cursor.charAt(middle) == 'A' ? 'B' : 'A') + cursor.substring(middle + 1);
    }

    private static void assertCursorRefused(Runnable call) {
        SwitchboardException refused = assertThrows(SwitchboardException.class, call::run);
        assertEquals(ErrorCode.VALIDATION_FAILED, refused.code());
        assertEquals(Map.of("field", "cursor"), refused.details());
    }

    @Test
    @DisplayName("M3 cursors are stable while the log grows, and survive reopening")
    void stableCursor() {
        log.append(project, Records.lines(1, 10));
        MessageQuery newest = MessageQuery.all().withOrder(Order.DESCENDING).withLimit(4);
        MessagePage page = log.read(project, newest);
        assertEquals(List.of(10L, 9L, 8L, 7L), Records.seqs(page.messages()));
        log.append(project, Records.lines(11, 20));
        reopen();
        assertEquals(
                List.of(6L, 5L, 4L, 3L),
                seqs(newest.withCursor(page.nextCursor().orElseThrow())));
    }
}
