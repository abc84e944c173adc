package dev.switchboard.execution.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Services of one kind, each under a name; of several with one name the highest ranking counts, and of equals the one
 * that came first (OSGi core, service ranking order). Safe for use by many threads.
 */
final class Ranked<S> {
    private static final String RANKING = "service.ranking";
    private static final String ID = "service.id";

    private record Entry<S>(S service, String name, int ranking, long id) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Entry<S>> entries = new ArrayList<>();
    private final String nameProperty;

    /** @param nameProperty the service property that holds the name */
    Ranked(String nameProperty) {
        this.nameProperty = nameProperty;
    }

    void add(S service, Map<String, ?> properties) {
        Object name = properties.get(nameProperty);
        int ranking = properties.get(RANKING) instanceof Integer value ? value : 0;
        long id = properties.get(ID) instanceof Long value ? value : 0;
        lock.lock();
        try {
            entries.add(new Entry<>(service, name == null ? "" : name.toString(), ranking, id));
            entries.sort(
                    Comparator.comparing((Entry<S> entry) -> -entry.ranking).thenComparing(Entry::id));
        } finally {
            lock.unlock();
        }
    }

    void remove(S service) {
        lock.lock();
        try {
            entries.removeIf(entry -> entry.service == service);
        } finally {
            lock.unlock();
        }
    }

    /** The best service of a name. */
    Optional<S> best(String name) {
        lock.lock();
        try {
            return entries.stream()
                    .filter(entry -> entry.name.equals(name))
                    .map(Entry::service)
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a service is still there. */
    boolean contains(S service) {
        lock.lock();
        try {
            return entries.stream().anyMatch(entry -> entry.service == service);
        } finally {
            lock.unlock();
        }
    }

    /** The names that there are, each once. */
    Collection<String> names() {
        lock.lock();
        try {
            return entries.stream().map(Entry::name).distinct().toList();
        } finally {
            lock.unlock();
        }
    }
}
