package dev.switchboard.benchmarks;

import java.util.Arrays;

/** Durations of the same thing, in milliseconds. */
final class Times {
    private final String what;
    /** No objects: hundreds of thousands of them make a collector stop the program that is to see others stop. */
    private double[] millis = new double[1024];

    private int count;

    Times(String what) {
        this.what = what;
    }

    void add(double duration) {
        if (count == millis.length) {
            millis = Arrays.copyOf(millis, 2 * count);
        }
        millis[count++] = duration;
    }

    int count() {
        return count;
    }

    /** @param share from 0, the smallest, to 1 */
    double at(double share) {
        double[] sorted = Arrays.copyOf(millis, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1L, Math.round(share * (count - 1)))];
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
