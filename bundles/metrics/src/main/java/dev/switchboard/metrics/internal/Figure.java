package dev.switchboard.metrics.internal;

import dev.switchboard.metrics.MetricSink.Distribution;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * One figure of a source, checked: it can be published as it is.
 *
 * @param name with the prefix, without the {@code _total} of counters
 * @param value of a counter or gauge; of a histogram, nothing
 * @param distribution of a histogram; else {@code null}
 */
record Figure(Kind kind, String name, String help, Labels labels, double value, Distribution distribution) {
    /** What kinds of metrics there are. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    CounterDataPointSnapshot counterPoint() {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    GaugeDataPointSnapshot gaugePoint() {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    HistogramDataPointSnapshot histogramPoint() {
        List<Double> bounds = new ArrayList<>(distribution.bounds());
        bounds.add(Double.POSITIVE_INFINITY);
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, distribution.counts()))
                .sum(distribution.sum())
                .build();
    }
}
