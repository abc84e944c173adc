package dev.switchboard.websocket.internal;

import dev.switchboard.http.HttpResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The resources that bundles offer. Safe for use by many threads. */
final class HttpResources {
    private static final Comparator<Entry> BEST_FIRST = Comparator.comparingInt(Entry::length)
            .thenComparingInt(Entry::ranking)
            .thenComparing(Entry::id, Comparator.reverseOrder())
            .reversed();

    private final Map<HttpResource, Entry> entries = new ConcurrentHashMap<>();
    private volatile List<Entry> sorted = List.of();

    private record Entry(HttpResource resource, String path, int ranking, long id) {
        int length() {
            return path.length();
        }

        boolean serves(String requested) {
            return path.endsWith("/") ? requested.startsWith(path) : requested.equals(path);
        }
    }

    /**
     * Adds a resource.
     *
     * @param ranking the higher wins among those with one path
     * @param id the lower wins among those of one ranking
     */
    void add(HttpResource resource, int ranking, long id) {
        entries.put(resource, new Entry(resource, resource.path(), ranking, id));
        sort();
    }

    void remove(HttpResource resource) {
        entries.remove(resource);
        sort();
    }

    private void sort() {
        sorted = entries.values().stream().sorted(BEST_FIRST).toList();
    }

    /** The resource that serves a path: the one with the longest path, of these the highest ranking. */
    Optional<HttpResource> find(String path) {
        return sorted.stream().filter(entry -> entry.serves(path)).findFirst().map(Entry::resource);
    }
}
