package dev.switchboard.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long stops took, by kind, in milliseconds. Safe for use by many threads. */
final class StopTimes {
    private final Map<String, List<Double>> byKind = new TreeMap<>();

    synchronized void add(String kind, double millis) {
        byKind.computeIfAbsent(kind, key -> new ArrayList<>()).add(millis);
    }

    /** A quantile of one kind; 0 if there was none of it. */
    synchronized double at(String kind, double share) {
        List<Double> sorted =
                byKind.getOrDefault(kind, List.of()).stream().sorted().toList();
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1L, (long) Math.ceil(share * sorted.size()) - 1));
    }

    synchronized void print() {
        System.out.printf("%-24s %6s %9s %9s %9s %9s%n", "stop, ms", "runs", "median", "p90", "p99", "longest");
        byKind.forEach((kind, times) -> System.out.printf(
                "%-24s %6d %9.0f %9.0f %9.0f %9.0f%n",
                kind, times.size(), at(kind, 0.5), at(kind, 0.9), at(kind, 0.99), at(kind, 1)));
    }
}
