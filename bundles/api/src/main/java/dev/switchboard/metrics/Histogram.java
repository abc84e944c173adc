package dev.switchboard.metrics;

import dev.switchboard.metrics.MetricSink.Distribution;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts values in buckets for {@link MetricSink#histogram}. Safe for use by many threads, which do not wait for each other; who
 * reads while values are added may find one counted and not yet summed.
 */
public final class Histogram {
    private final List<Double> bounds;
    private final double[] ascending;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    /** @param bounds the buckets' upper bounds, included, ascending, without infinity */
    public Histogram(double... bounds) {
        this.ascending = bounds.clone();
        this.bounds = Arrays.stream(bounds).boxed().toList();
        this.counts = Stream.generate(LongAdder::new).limit(bounds.length + 1L).toArray(LongAdder[]::new);
    }

    public void add(double value) {
        int found = Arrays.binarySearch(ascending, value);
        counts[found >= 0 ? found : -found - 1].increment();
        sum.add(value);
    }

    /** How many values were added. */
    public long count() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
    }

    /** What they come to together. */
    public double sum() {
        return sum.sum();
    }

    /** All values up to now. */
    public Distribution distribution() {
        return new Distribution(
                bounds, Arrays.stream(counts).map(LongAdder::sum).toList(), sum());
    }
}
