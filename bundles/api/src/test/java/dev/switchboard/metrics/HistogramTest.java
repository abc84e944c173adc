package dev.switchboard.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.metrics.MetricSink.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H2 values are counted in buckets")
class HistogramTest {
    @Test
    void aValueAtABoundBelongsBelowItAndOnePastItAbove() {
        Histogram histogram = new Histogram(1, 5);
        for (double value : new double[] {0, 1, 1.001, 5, 5.001, 1_000_000}) {
            histogram.add(value);
        }
        Distribution distribution = histogram.distribution();
        assertEquals(List.of(1.0, 5.0), distribution.bounds());
        assertEquals(List.of(2L, 2L, 2L), distribution.counts());
        assertEquals(1_000_012.002, distribution.sum(), 1e-6);
        assertEquals(6, histogram.count());
    }

    @Test
    void withoutBoundsThereIsOneBucket() {
        Histogram histogram = new Histogram();
        histogram.add(3);
        assertEquals(new Distribution(List.of(), List.of(1L), 3), histogram.distribution());
    }

    @Test
    void noValueOfManyThreadsIsLost() throws Exception {
        Histogram histogram = new Histogram(10, 20);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> adding = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                adding.add(pool.submit(() -> {
                    for (int i = 0; i < 30_000; i++) {
                        histogram.add(i % 30);
                    }
                }));
            }
            for (Future<?> each : adding) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(
                List.of(88_000L, 80_000L, 72_000L), histogram.distribution().counts());
        assertEquals(8 * 1000 * 435.0, histogram.sum());
    }

    @Test
    void aDistributionHasACountForEachBoundAndOneMore() {
        assertThrows(IllegalArgumentException.class, () -> new Distribution(List.of(1.0), List.of(1L), 0));
    }
}
