package dev.switchboard.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Durations of the same thing, in milliseconds. */
final class Times {
    private final String what;
    private final List<Double> millis = new ArrayList<>();

    Times(String what) {
        this.what = what;
    }

    void add(double duration) {
        millis.add(duration);
    }

    int count() {
        return millis.size();
    }

    /** @param share from 0, the smallest, to 1 */
    double at(double share) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
    }

    /** The smallest is what the machine can do; the others are what it did beside its other work. */
    void print() {
        System.out.printf(
                "%-58s min %6.2f ms, median %6.2f, p90 %7.2f, p99 %7.2f (%d)%n",
                what, at(0), at(0.5), at(0.9), at(0.99), count());
    }

    static double millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e6;
    }
}
