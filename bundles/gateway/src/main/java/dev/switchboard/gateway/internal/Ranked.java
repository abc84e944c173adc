package dev.switchboard.gateway.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Services of one kind, the highest ranking first, of equals the oldest. Safe for use by many threads. */
final class Ranked<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<Entry<T>> entries = List.of();

    private record Entry<T>(T service, Map<String, ?> properties, int ranking, long id) {}

    /** Adds a service, or takes its new properties. */
    void put(T service, Map<String, ?> properties) {
        int ranking = properties.get("service.ranking") instanceof Integer value ? value : 0;
        long id = properties.get("service.id") instanceof Long value ? value : Long.MAX_VALUE;
        change(list -> {
            list.removeIf(entry -> entry.service == service);
            list.add(new Entry<>(service, Map.copyOf(properties), ranking, id));
        });
    }

    void remove(T service) {
        change(list -> list.removeIf(entry -> entry.service == service));
    }

    private void change(Consumer<List<Entry<T>>> change) {
        lock.lock();
        try {
            List<Entry<T>> copy = new ArrayList<>(entries);
            change.accept(copy);
            copy.sort(
                    Comparator.<Entry<T>>comparingInt(Entry::ranking).reversed().thenComparingLong(Entry::id));
            entries = List.copyOf(copy);
        } finally {
            lock.unlock();
        }
    }

    /** All, the highest ranking first; a snapshot. */
    List<T> all() {
        return entries.stream().map(Entry::service).toList();
    }

    /** Those whose properties match, the highest ranking first. */
    List<T> matching(Predicate<Map<String, ?>> filter) {
        return entries.stream()
                .filter(entry -> filter.test(entry.properties))
                .map(Entry::service)
                .toList();
    }
}
