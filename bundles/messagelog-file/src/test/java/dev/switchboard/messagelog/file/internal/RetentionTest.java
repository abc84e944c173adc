package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:00:00Z");
    private final ProjectId project = ProjectId.random();
    private final FaultyFiles files = new FaultyFiles();

    private Settings keep(int days, long bytes) {
        return Stores.settings(data, 1 << 20, 3)
                .with(ServerSettings.LOG_ROTATE_DAILY, false)
                .with(ServerSettings.LOG_RETAIN_DAYS, days)
                .with(ServerSettings.LOG_RETAIN_BYTES, bytes);
    }

    private JsonlMessageLog open(Settings settings) {
        return (JsonlMessageLog) Stores.provider(clock, settings, files).open();
    }

    /** Segments 1-3, 4-6, … a day apart. */
    private void fill(JsonlMessageLog log, int segments) {
        for (int i = 0; i < segments; i++) {
            log.append(project, Records.lines(3 * i + 1, 3 * i + 3));
            clock.advance(DAY);
        }
    }

    private List<Long> firstSeqs() throws IOException {
        return LogRecovery.segmentsIn(Stores.directory(data, project)).stream()
                .map(Segment::firstSeq)
                .toList();
    }

    private long size() {
        return Stores.segments(data, project).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    @Test
    @DisplayName("M4 0 keeps everything for ever")
    void forEver() throws IOException {
        try (JsonlMessageLog log = open(keep(0, 0))) {
            fill(log, 4);
            clock.advance(Duration.ofDays(10_000));
            log.sweep();
            assertEquals(1, log.head(project).firstSeq());
        }
        assertEquals(List.of(1L, 4L, 7L, 10L), firstSeqs());
    }

    @Test
    @DisplayName("M4 a segment goes when its last record is too old, not a microsecond before; the last one never")
    void byAge() throws IOException {
        try (JsonlMessageLog log = open(keep(0, 0))) {
            fill(log, 4); // 31 Jan, 1, 2 and 3 Feb
        }
        clock.set("2026-02-11T09:59:59.999999Z");
        try (JsonlMessageLog log = open(keep(10, 0))) {
            log.sweep();
            assertEquals(1, log.head(project).firstSeq());
            clock.set("2026-02-11T10:00:00Z"); // the second segment began ten days ago
            log.sweep();
            assertEquals(4, log.head(project).firstSeq());
            clock.advance(Duration.ofDays(1000));
            log.sweep();
            LogHead head = log.head(project);
            assertEquals(10, head.firstSeq());
            assertEquals(12, head.lastSeq());
            assertEquals(List.of(13L), Records.seqs(log.append(project, Records.lines(13, 13))));
        }
        assertEquals(
                List.of(13L),
                firstSeqs().subList(firstSeqs().size() - 1, firstSeqs().size()));
    }

    @Test
    @DisplayName("M4 the oldest segments go while all are larger than allowed, not at the limit; the last one never")
    void byBytes() throws IOException {
        try (JsonlMessageLog log = open(keep(0, 0))) {
            fill(log, 4);
        }
        long all = size();
        long first = Stores.segments(data, project).get(0).toFile().length();
        try (JsonlMessageLog log = open(keep(0, all))) {
            log.sweep();
            assertEquals(1, log.head(project).firstSeq());
        }
        try (JsonlMessageLog log = open(keep(0, all - 1))) {
            log.sweep();
            assertEquals(4, log.head(project).firstSeq());
        }
        try (JsonlMessageLog log = open(keep(0, all - first - 1))) {
            log.sweep();
            assertEquals(7, log.head(project).firstSeq());
        }
        try (JsonlMessageLog log = open(keep(0, 1))) {
            log.sweep();
            assertEquals(10, log.head(project).firstSeq());
        }
        assertEquals(List.of(10L), firstSeqs());
    }

    @Test
    @DisplayName("M4 a log that grows removes its old segments by itself, whenever one ends")
    void atRotation() throws IOException {
        try (JsonlMessageLog log = open(keep(2, 0))) {
            fill(log, 8);
            LogHead head = log.head(project);
            assertEquals(24, head.lastSeq());
            assertEquals(16, head.firstSeq(), "the segment of two days ago and those behind it");
        }
        assertEquals(List.of(16L, 19L, 22L), firstSeqs());
    }

    @Test
    @DisplayName("M4 queries, counts, cursors and replay begin at the first record that is left; the epoch stays")
    void queries() {
        LogHead before;
        try (JsonlMessageLog log = open(keep(0, 0))) {
            fill(log, 4);
            before = log.head(project);
        }
        try (JsonlMessageLog log = open(keep(0, size() / 2 + 20))) {
            MessageQuery query = MessageQuery.all().withLimit(2).withCount(true);
            String cursor = log.read(project, query).nextCursor().orElseThrow();
            String back = log.read(project, query.withOrder(Order.DESCENDING))
                    .nextCursor()
                    .orElseThrow();
            log.sweep();
            LogHead head = log.head(project);
            assertEquals(before.epoch(), head.epoch());
            assertEquals(7, head.firstSeq());
            MessagePage page = log.read(project, query);
            assertEquals(List.of(7L, 8L), Records.seqs(page.messages()));
            assertEquals(OptionalLong.of(6), page.total());
            assertEquals(List.of(), page.gaps());
            assertEquals(head, page.head());
            MessageQuery most = query.withLimit(100);
            assertEquals(
                    List.of(10L, 9L, 8L, 7L),
                    Records.seqs(
                            log.read(project, most.withOrder(Order.DESCENDING).withCursor(back))
                                    .messages()));
            assertEquals(
                    List.of(7L, 8L, 9L, 10L, 11L, 12L),
                    Records.seqs(log.read(project, most.withCursor(cursor)).messages()));
        }
    }

    @Test
    @DisplayName("M4 a reader that has begun still finds the files; a minute later they are gone")
    void grace() throws IOException {
        try (JsonlMessageLog log = open(keep(0, 1))) {
            fill(log, 1);
            log.append(project, Records.lines(4, 6));
            assertEquals(4, log.head(project).firstSeq());
            assertEquals(List.of(1L, 4L), firstSeqs());
            clock.advance(Retention.GRACE.minusNanos(1000));
            log.sweep();
            assertEquals(List.of(1L, 4L), firstSeqs());
            clock.advance(Duration.ofNanos(1000));
            log.sweep();
            assertEquals(List.of(4L), firstSeqs());
            try (Stream<Path> left = Files.list(Stores.directory(data, project))) {
                assertEquals(2, left.count(), "log.json and a segment without index");
            }
        }
    }

    @Test
    @DisplayName("M4 what cannot be deleted is tried again, and keeps nobody from appending")
    void cannotDelete() throws IOException {
        try (JsonlMessageLog log = open(keep(0, 1))) {
            fill(log, 2);
            files.fail("Input/output error", FaultyFiles.Operation.DELETE);
            log.sweep();
            fill(log, 2);
            assertEquals(List.of(1L, 4L, 7L, 10L), firstSeqs());
            files.heal();
            log.sweep();
            assertEquals(List.of(10L), firstSeqs(), "the last one left the log a day ago");
        }
        assertEquals(List.of(10L), firstSeqs());
    }

    @Test
    @DisplayName("M4 logs of which nothing is past its time are not opened for the sweep")
    void opensNone() {
        ProjectId other = ProjectId.random();
        try (JsonlMessageLog log = open(keep(0, 0))) {
            fill(log, 3);
            log.append(other, Records.lines(1, 1));
        }
        try (JsonlMessageLog log = open(keep(1, 0))) {
            log.sweep();
            assertEquals(1, log.openCount());
            assertEquals(7, log.head(project).firstSeq());
            assertEquals(1, log.head(other).lastSeq());
        }
    }

    @Test
    @DisplayName("H3 the log's figures: what was appended and removed, and how many projects are open")
    void figures() {
        FileMessageLogProvider provider = Stores.provider(clock, keep(0, 1), files);
        try (JsonlMessageLog log = (JsonlMessageLog) provider.open()) {
            fill(log, 3);
            assertThrows(IllegalArgumentException.class, () -> log.append(project, List.of()));
            files.fail("Input/output error", FaultyFiles.Operation.WRITE);
            assertThrows(RuntimeException.class, () -> log.append(project, Records.lines(10, 10)));
            files.heal();
            Map<String, Double> figures = collect(provider);
            assertEquals(9, figures.get("log_records_appended_total"));
            assertTrue(figures.get("log_appended_bytes_total") > 9 * 100, figures.toString());
            assertEquals(1, figures.get("log_failures_total"));
            assertEquals(1, figures.get("log_segments_removed_total"), "the other one has its minute left");
            assertTrue(figures.get("log_removed_bytes_total") > 3 * 100, figures.toString());
            assertEquals(1, figures.get("log_projects_open"));
            assertEquals(0, figures.get("log_records_damaged_total"));
            assertEquals(3, figures.get("log_append_seconds_count"), "those that failed took no time");
            assertTrue(figures.get("log_append_seconds_sum") > 0, figures.toString());
        }
    }

    private static Map<String, Double> collect(FileMessageLogProvider provider) {
        Map<String, Double> figures = new HashMap<>();
        provider.collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                figures.put(name + "_count", (double)
                        distribution.counts().stream().mapToLong(count -> count).sum());
                figures.put(name + "_sum", distribution.sum());
            }
        });
        return figures;
    }
}
