package dev.switchboard.metrics.internal;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All figures of one name, as one scrape shows them. Several sources may have some, with different labels. */
final class Family {
    /** Far more than what small fixed sets of labels make; a database of time series pays for each. */
    static final int MAX_SERIES = 200;

    private final Figure first;
    private final Map<Labels, Figure> figures = new LinkedHashMap<>();

    /** @param first says of what kind the metric is, and what it means */
    Family(Figure first) {
        this.first = first;
    }

    /** Adds a figure, or tells why it cannot be shown. */
    Optional<Trouble> add(Figure figure) {
        if (figure.kind() != first.kind() || figures.containsKey(figure.labels())) {
            return Optional.of(Trouble.DUPLICATE);
        }
        if (figures.size() == MAX_SERIES) {
            return Optional.of(Trouble.TOO_MANY);
        }
        figures.put(figure.labels(), figure);
        return Optional.empty();
    }

    MetricSnapshot snapshot() {
        MetricMetadata metadata = new MetricMetadata(first.name(), first.help());
        Collection<Figure> all = figures.values();
        return switch (first.kind()) {
            case COUNTER ->
                new CounterSnapshot(
                        metadata, all.stream().map(Figure::counterPoint).toList());
            case GAUGE ->
                new GaugeSnapshot(metadata, all.stream().map(Figure::gaugePoint).toList());
            case HISTOGRAM ->
                new HistogramSnapshot(
                        metadata, all.stream().map(Figure::histogramPoint).toList());
        };
    }
}
