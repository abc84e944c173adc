package dev.switchboard.metrics.internal;

import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what cannot be shown, and says each thing once, however often it is scraped. Safe for use by many threads. */
final class Troubles implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

    private final Map<Trouble, LongAdder> counts = new EnumMap<>(Trouble.class);
    /** By source and kind of trouble, not by name: a source that makes names up would be said for ever. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Troubles() {
        for (Trouble trouble : Trouble.values()) {
            counts.put(trouble, new LongAdder());
        }
    }

    /** A source's figure is left out. */
    void dropped(MetricSource source, String name, Trouble trouble) {
        if (count(source, trouble)) {
            LOG.warn("{}: a metric is left out: {}: {}", nameOf(source), name, trouble.meaning());
        }
    }

    /** A source threw something. */
    void failed(MetricSource source, Throwable failure) {
        if (count(source, Trouble.SOURCE_FAILED)) {
            LOG.warn("{}: its metrics are left out: it failed", nameOf(source), failure);
        }
    }

    private boolean count(MetricSource source, Trouble trouble) {
        counts.get(trouble).increment();
        return said.add(nameOf(source) + " " + trouble);
    }

    private static String nameOf(MetricSource source) {
        return source.getClass().getName();
    }

    @Override
    public void collect(MetricSink sink) {
        counts.forEach((trouble, count) -> sink.counter(
                "metrics_dropped_total",
                "Figures, or all of a source, that could not be shown; the log says of whom.",
                Map.of("cause", trouble.cause()),
                count.sum()));
    }
}
