package dev.switchboard.cleanup.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.metrics.MetricSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** What cleanups came to since the server started. Used by many threads. */
final class CleanupFigures {
    private final LongAdder runs = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private volatile long left;

    void count(CleanupRun run) {
        runs.increment();
        failures.add(run.failures().size());
        removed.add(items(run, CleanupReport::removed));
        left = items(run, CleanupReport::left);
    }

    private static long items(CleanupRun run, Function<CleanupReport, List<Item>> items) {
        return run.reports().values().stream().map(items).mapToLong(List::size).sum();
    }

    void collect(MetricSink sink) {
        sink.counter("cleanup_runs_total", "Cleanups, dry runs left out.", Map.of(), runs.sum());
        sink.counter("cleanup_failures_total", "Times that a part of a cleanup failed.", Map.of(), failures.sum());
        sink.counter("cleanup_removed_total", "Things that were removed.", Map.of(), removed.sum());
        sink.gauge("cleanup_left", "Things that the last cleanup left for people to look at.", Map.of(), left);
    }
}
