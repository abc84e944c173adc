package dev.switchboard.gateway.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

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

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Shows all with their properties, the highest ranking first. */
    void each(BiConsumer<T, Map<String, ?>> look) {
        entries.forEach(entry -> look.accept(entry.service, entry.properties));
    }
}
