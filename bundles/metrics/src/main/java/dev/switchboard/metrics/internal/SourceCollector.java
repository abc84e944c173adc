package dev.switchboard.metrics.internal;

import dev.switchboard.metrics.MetricSource;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Asks all sources at each scrape. One that fails, or gives what cannot be published, takes nothing from the others. Safe for use by
 * many threads.
 */
final class SourceCollector implements MultiCollector {
    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
    private final Troubles troubles = new Troubles();

    /** @param own come before all others: what has one of their names is left out */
    SourceCollector(MetricSource... own) {
        sources.add(troubles);
        sources.addAll(List.of(own));
    }

    void add(MetricSource source) {
        sources.add(source);
    }

    void remove(MetricSource source) {
        sources.remove(source);
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, Family> families = new TreeMap<>();
        for (MetricSource source : sources) {
            for (Figure figure : figures(source)) {
                families.computeIfAbsent(figure.name(), name -> new Family(figure))
                        .add(figure)
                        .ifPresent(trouble -> troubles.dropped(source, figure.name(), trouble));
            }
        }
        Collection<MetricSnapshot> snapshots =
                families.values().stream().map(Family::snapshot).toList();
        return new MetricSnapshots(snapshots);
    }

    private List<Figure> figures(MetricSource source) {
        CheckingSink sink = new CheckingSink((name, trouble) -> troubles.dropped(source, name, trouble));
        try {
            source.collect(sink);
            return sink.figures();
        } catch (RuntimeException | LinkageError e) { // classes of a bundle that is just going may be missing
            troubles.failed(source, e);
            return List.of();
        }
    }
}
