package dev.switchboard.cleanup;

import java.util.List;

/**
 * What a task found.
 *
 * @param removed what is gone now, or would be if the run was a dry one
 * @param left what is not removed because a person has to look at it
 */
public record CleanupReport(List<Item> removed, List<Item> left) {
    public CleanupReport {
        removed = List.copyOf(removed);
        left = List.copyOf(left);
    }

    /**
     * One thing.
     *
     * @param kind in {@code snake_case}, from a small fixed set: metrics count by it
     * @param name for people, for instance a path
     */
    public record Item(String kind, String name) {}

    /** Things of one kind that are gone; none is left. */
    public static CleanupReport removed(String kind, List<String> names) {
        return new CleanupReport(
                names.stream().map(name -> new Item(kind, name)).toList(), List.of());
    }
}
