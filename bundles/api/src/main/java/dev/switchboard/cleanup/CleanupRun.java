package dev.switchboard.cleanup;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one cleanup.
 *
 * @param at when it began
 * @param dryRun whether nothing was removed
 * @param reports of the tasks that did what they are for, by their names
 * @param failures why the others did not, for people, by their names
 */
public record CleanupRun(Instant at, boolean dryRun, Map<String, CleanupReport> reports, Map<String, String> failures) {
    /** The maps are copied, in the order of their names. */
    public CleanupRun {
        reports = Collections.unmodifiableMap(new TreeMap<>(reports));
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    /** How many things were removed. */
    public int removed() {
        return reports.values().stream()
                .mapToInt(report -> report.removed().size())
                .sum();
    }

    /** How many things wait for a person. */
    public int left() {
        return reports.values().stream()
                .mapToInt(report -> report.left().size())
                .sum();
    }
}
