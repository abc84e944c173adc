package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is removed, and what is left of it. */
class RetentionTest {
    private final String schema = Stores.newSchema();
    private final ProjectId project = ProjectId.random();
    private final TestClock clock = new TestClock("2026-01-31T10:15:30.123456Z");

    private String rows(String table) {
        return Stores.server().sql("SELECT count(*) FROM " + schema + "." + table);
    }

    private static void sweep(MessageLog log) {
        ((PostgresqlMessageLog) log).sweep();
    }

    private static List<Long> seqs(MessageLog log, ProjectId project, MessageQuery query) {
        return Records.seqs(log.read(project, query).messages());
    }

    @Test
    @DisplayName(
            "S3 M4 log.retain.days removes what is as old, not what is a microsecond younger, and never the newest")
    void byAge() {
        MessageLog log = Stores.messages(Stores.settings(schema).with(ServerSettings.LOG_RETAIN_DAYS, 2), clock)
                .open();
        try (log) {
            LogHead begin = log.head(project);
            for (int i = 1; i <= 4; i++) {
                log.append(project, Records.lines(i, i)); // a day apart
                clock.advance(Duration.ofDays(1));
            }
            MessageQuery two = MessageQuery.all().withLimit(1);
            String cursor = log.read(project, two).nextCursor().orElseThrow();
            clock.advance(Duration.ofDays(-1));
            clock.advance(Duration.ofNanos(-1000));
            sweep(log);
            assertEquals(
                    new LogHead(begin.epoch(), 2, 4),
                    log.head(project)); // the second is two days old but a microsecond
            clock.advance(Duration.ofNanos(1000));
            sweep(log);
            assertEquals(new LogHead(begin.epoch(), 3, 4), log.head(project));
            assertEquals(List.of(3L, 4L), seqs(log, project, MessageQuery.all()));
            assertEquals(
                    List.of(3L), seqs(log, project, two.withCursor(cursor)), "a cursor to what is gone goes on behind");
            assertEquals("2", rows("messages"));
            clock.advance(Duration.ofDays(100));
            sweep(log);
            assertEquals(new LogHead(begin.epoch(), 4, 4), log.head(project));
            assertEquals(5, log.append(project, Records.lines(5, 5)).get(0).seq());
        }
    }

    @Test
    @DisplayName("S3 M4 log.retain.bytes keeps as many of the newest records as fit, to the byte")
    void bySize() {
        // Each content has 7 bytes.
        try (MessageLog log = Stores.messages(Stores.settings(schema).with(ServerSettings.LOG_RETAIN_BYTES, 28L), clock)
                .open()) {
            log.append(project, Records.lines(1, 4));
            sweep(log);
            assertEquals(1, log.head(project).firstSeq());
            log.append(project, List.of(Records.line(5), Records.server("result", "{\"n\":6}")));
            sweep(log);
            assertEquals(3, log.head(project).firstSeq());
            MessageQuery lines =
                    MessageQuery.all().withTypes(Set.of("assistant")).withCount(true);
            assertEquals(OptionalLong.of(3), log.read(project, lines).total());
            assertEquals(List.of(3L, 4L, 5L), seqs(log, project, lines));
            log.append(project, List.of(Records.line(7, "{\"n\":\"" + "x".repeat(100) + "\"}")));
            sweep(log);
            assertEquals(7, log.head(project).firstSeq(), "the newest stays, however large");
        }
    }

    @Test
    @DisplayName("S3 P1 M4 what is deleted or removed goes from the database, large contents too, and others' stay")
    void goes() {
        String text = "{\"a\":\"" + "x".repeat(3 << 20) + "\"}";
        NewMessage large = new NewMessage(Direction.CLAUDE, "x", Content.of(text), Optional.empty());
        ProjectId other = ProjectId.random();
        try (MessageLog log = Stores.messages(Stores.settings(schema), clock).open()) {
            for (int i = 1; i <= 5_001; i += 1_000) {
                log.append(project, Records.lines(i, i + 999));
            }
            Message gone = log.append(project, List.of(large)).get(0);
            Message kept = log.append(other, List.of(large)).get(0);
            log.delete(project);
            sweep(log);
            assertEquals("1", rows("messages"));
            assertEquals("1", rows("kinds"));
            assertEquals("0", rows("deleted_logs"));
            assertThrows(UncheckedIOException.class, () -> gone.content().toBytes());
            assertEquals(text, kept.content().toText());
            Message again = log.append(project, List.of(large)).get(0);
            assertEquals(gone.seq() - 6_000, again.seq());
            assertThrows(UncheckedIOException.class, () -> gone.content().toBytes());
            assertTrue(again.content().toText().equals(text));
        }
    }

    @Test
    @DisplayName("S3 P1 a delete that a crash cut short is finished by who opens the store next")
    void finished() {
        try (MessageLog log = Stores.messages(Stores.settings(schema), clock).open()) {
            log.append(project, Records.lines(1, 10));
        }
        // As a crash between the delete and the removal leaves it.
        Stores.server()
                .sql("INSERT INTO " + schema + ".deleted_logs SELECT id FROM " + schema + ".logs; DELETE FROM " + schema
                        + ".logs");
        try (MessageLog log = Stores.messages(Stores.settings(schema), clock).open()) {
            assertEquals(Set.of(), log.projects());
            Waiting.until(() -> rows("deleted_logs").equals("0"));
            assertEquals("0", rows("messages"));
        }
    }
}
