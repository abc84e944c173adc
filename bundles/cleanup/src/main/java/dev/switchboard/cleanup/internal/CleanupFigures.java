package dev.switchboard.cleanup.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.metrics.MetricSink;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What cleanups came to since the server started. Used by many threads. */
final class CleanupFigures {
    private final LongAdder runs = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> removed = new ConcurrentHashMap<>();
    private volatile Map<String, Long> left = Map.of();

    void count(CleanupRun run) {
        runs.increment();
        run.failures().keySet().forEach(task -> add(failures, task, 1));
        byKind(run, CleanupReport::removed).forEach((kind, count) -> add(removed, kind, count));
        left = byKind(run, CleanupReport::left);
    }

    private static void add(Map<String, LongAdder> counters, String label, long count) {
        counters.computeIfAbsent(label, name -> new LongAdder()).add(count);
    }

    private static Map<String, Long> byKind(CleanupRun run, Function<CleanupReport, List<Item>> items) {
        return run.reports().values().stream()
                .map(items)
                .flatMap(Collection::stream)
                .collect(Collectors.groupingBy(Item::kind, Collectors.counting()));
    }

    void collect(MetricSink sink) {
        sink.counter("cleanup_runs_total", "Cleanups, dry runs left out.", Map.of(), runs.sum());
        failures.forEach((task, count) -> sink.counter(
                "cleanup_failures_total", "Times that a cleanup's task failed.", Map.of("task", task), count.sum()));
        removed.forEach((kind, count) ->
                sink.counter("cleanup_removed_total", "Things that were removed.", Map.of("kind", kind), count.sum()));
        left.forEach((kind, count) -> sink.gauge(
                "cleanup_left",
                "Things that the last cleanup left for people to look at.",
                Map.of("kind", kind),
                count));
    }
}
