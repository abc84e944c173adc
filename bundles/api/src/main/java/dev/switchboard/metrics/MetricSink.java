package dev.switchboard.metrics;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes figures, valid for one scrape. Names are {@code snake_case} with the unit last, in base units (seconds, bytes),
 * and are published with the prefix {@code switchboard_}; those of counters, and no others, end in {@code _total}. Labels come from
 * small fixed sets, never from ids, paths or texts. A figure that is not so, or that somebody has given before, is left out, which
 * the server's log and the metric {@code switchboard_metrics_dropped_total} tell.
 */
@ProviderType
public interface MetricSink {
    /** A number that only grows while its source is there: {@code messages_total}. */
    void counter(String name, String help, Map<String, String> labels, double value);

    /** A number that goes up and down. */
    void gauge(String name, String help, Map<String, String> labels, double value);

    /** How values are distributed. */
    void histogram(String name, String help, Map<String, String> labels, Distribution distribution);

    /**
     * Values counted in buckets.
     *
     * @param bounds the buckets' upper bounds, included, ascending, without infinity
     * @param counts values up to each bound that are above the one before; one more element than bounds, the last for
     *        what is above all
     * @param sum of all values
     */
    record Distribution(List<Double> bounds, List<Long> counts, double sum) {
        public Distribution {
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
            if (counts.size() != bounds.size() + 1) {
                throw new IllegalArgumentException(bounds.size() + " bounds need " + (bounds.size() + 1) + " counts");
            }
        }
    }
}
