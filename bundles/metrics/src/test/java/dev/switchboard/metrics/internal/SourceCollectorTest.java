package dev.switchboard.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.metrics.Histogram;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSink.Distribution;
import dev.switchboard.metrics.MetricSource;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H2 what sources give is published, and what cannot be is left out without harm to the rest")
class SourceCollectorTest {
    private static final MetricSource GOOD = sink -> sink.gauge("good", "Is there.", Map.of(), 1);

    private final SourceCollector collector = new SourceCollector();

    /** All samples, one a line, but for those of the collector itself. */
    private String scrape() {
        return text().lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("switchboard_metrics_dropped_total"))
                .collect(Collectors.joining("\n"));
    }

    private String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, collector.collect());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private double dropped(Trouble cause) {
        String sample = "switchboard_metrics_dropped_total{cause=\"" + cause.cause() + "\"} ";
        return text().lines()
                .filter(line -> line.startsWith(sample))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
                .sum();
    }

    /** A source gives something that cannot be shown, between two things that can be. */
    private void assertLeftOut(Trouble cause, Consumer<MetricSink> bad) {
        collector.add(sink -> {
            sink.gauge("before", "Given before.", Map.of(), 1);
            bad.accept(sink);
            sink.gauge("behind", "Given behind.", Map.of(), 2);
        });
        collector.add(GOOD);
        assertEquals("switchboard_before 1.0\nswitchboard_behind 2.0\nswitchboard_good 1.0", scrape());
        // Counted with each scrape, of which there was one; the scrape that tells comes before it counts itself.
        assertEquals(1, dropped(cause));
    }

    @Test
    void everyKindIsWrittenAsPrometheusWantsIt() {
        Histogram histogram = new Histogram(0.5, 1);
        histogram.add(0.25);
        histogram.add(2);
        collector.add(sink -> {
            sink.counter("frames_total", "Frames.", Map.of("direction", "in", "client", "a\"\\\nb"), 3);
            sink.gauge("queued_bytes", "Bytes.", Map.of(), -1.5);
            sink.histogram("wait_seconds", "Waits.", Map.of("kind", "x"), histogram.distribution());
        });
        assertEquals("""
                switchboard_frames_total{client="a\\"\\\\\\nb",direction="in"} 3.0
                switchboard_queued_bytes -1.5
                switchboard_wait_seconds_bucket{kind="x",le="0.5"} 1
                switchboard_wait_seconds_bucket{kind="x",le="1.0"} 1
                switchboard_wait_seconds_bucket{kind="x",le="+Inf"} 2
                switchboard_wait_seconds_count{kind="x"} 2
                switchboard_wait_seconds_sum{kind="x"} 2.25""", scrape());
        assertTrue(
                text().contains("# HELP switchboard_frames_total Frames.\n# TYPE switchboard_frames_total counter\n"));
    }

    @Test
    void aSourceThatThrowsIsLeftOutAsAWhole() {
        collector.add(sink -> {
            sink.gauge("half", "Given before the failure.", Map.of(), 1);
            throw new IllegalStateException("for the test");
        });
        collector.add(sink -> {
            throw new NoClassDefFoundError("for the test");
        });
        collector.add(sink -> sink.gauge("none", "Without labels.", null, 1));
        collector.add(GOOD);
        assertEquals("switchboard_good 1.0", scrape());
        assertEquals(3, dropped(Trouble.SOURCE_FAILED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "with-hyphen", "ü", "9th", "two__lines", "_before", "behind_", "a b", "x\ny"})
    void aNameThatIsNotSnakeCase(String name) {
        assertLeftOut(Trouble.NAME, sink -> sink.gauge(name, "Bad.", Map.of(), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x_total", "x_created", "x_bucket", "x_count", "x_sum", "count"})
    void aNameThatEndsAsThoseOfOtherKindsDo(String name) {
        assertLeftOut(Trouble.NAME, sink -> {
            sink.gauge(name, "Bad.", Map.of(), 1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "_total", "x_total_total", "x_count_total"})
    void aCounterThatDoesNotEndInTotalOrOnlyInThat(String name) {
        assertLeftOut(Trouble.NAME, sink -> sink.counter(name, "Bad.", Map.of(), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"le", "quantile", "Upper", "__name__", "a-b"})
    void aLabelThatIsNotSnakeCaseOrReserved(String label) {
        assertLeftOut(Trouble.TEXT, sink -> sink.gauge("x", "Bad.", Map.of(label, "1"), 1));
    }

    @Test
    void noHelp() {
        assertLeftOut(Trouble.TEXT, sink -> sink.gauge("x", " ", Map.of(), 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aCounterThatCountsNothing(double value) {
        assertLeftOut(Trouble.VALUE, sink -> sink.counter("x_total", "Bad.", Map.of(), value));
    }

    @Test
    void boundsThatDoNotAscend() {
        assertLeftOut(
                Trouble.VALUE,
                sink -> sink.histogram(
                        "x_seconds", "Bad.", Map.of(), new Distribution(List.of(1.0, 1.0), List.of(0L, 0L, 0L), 0)));
    }

    @Test
    void aBoundThatIsInfinite() {
        assertLeftOut(
                Trouble.VALUE,
                sink -> sink.histogram(
                        "x_seconds",
                        "Bad.",
                        Map.of(),
                        new Distribution(List.of(1.0, Double.POSITIVE_INFINITY), List.of(0L, 0L, 0L), 0)));
    }

    @Test
    void theSameTwice() {
        assertLeftOut(Trouble.DUPLICATE, sink -> sink.gauge("before", "Again.", Map.of(), 7));
    }

    @Test
    void anotherKindOfTheSameName() {
        assertLeftOut(Trouble.DUPLICATE, sink -> sink.counter("before_total", "Another kind.", Map.of("a", "b"), 7));
    }

    @Test
    void theNameOfWhatTheCollectorTellsItself() {
        assertLeftOut(
                Trouble.DUPLICATE,
                sink -> sink.counter("metrics_dropped_total", "Ours.", Map.of("cause", "name"), 1_000));
    }

    @Test
    void twoSourcesShareANameWithDifferentLabels() {
        collector.add(sink -> sink.gauge("processes", "Processes.", Map.of("executor", "a"), 1));
        collector.add(sink -> sink.gauge("processes", "Processes.", Map.of("executor", "b"), 2));
        assertEquals("switchboard_processes{executor=\"a\"} 1.0\nswitchboard_processes{executor=\"b\"} 2.0", scrape());
    }

    @Test
    void labelsThatGrowWithoutEndAreCutOff() {
        collector.add(sink -> IntStream.range(0, Family.MAX_SERIES + 5)
                .forEach(i -> sink.gauge("runs", "By id, which is wrong.", Map.of("id", "" + i), i)));
        collector.add(GOOD);
        assertEquals(Family.MAX_SERIES + 1, scrape().lines().count());
        assertEquals(5, dropped(Trouble.TOO_MANY));
    }

    @Test
    void aSourceThatWasRemovedIsNotAskedAnyMore() {
        collector.add(GOOD);
        assertTrue(scrape().contains("switchboard_good"));
        collector.remove(GOOD);
        assertFalse(scrape().contains("switchboard_good"));
    }
}
