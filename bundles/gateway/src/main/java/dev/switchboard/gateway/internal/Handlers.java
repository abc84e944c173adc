package dev.switchboard.gateway.internal;

import dev.switchboard.gateway.FrameHandler;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** The handlers that there are, each with what it asks for. Safe for use by many threads. */
final class Handlers {
    private final ReentrantLock lock = new ReentrantLock();
    /** By identity: two handlers may be equal. */
    private final Map<FrameHandler, Route> routes = new IdentityHashMap<>();

    private final Ranked<Route> ranked = new Ranked<>();
    private volatile Map<String, Route> byType = Map.of();

    /** Adds a handler, or takes its new properties. */
    void put(FrameHandler handler, Map<String, ?> properties) {
        // Without the lock, because it calls the handler.
        Route made = known(handler).orElseGet(() -> Route.to(handler, names(properties)));
        lock.lock();
        try {
            Route before = routes.putIfAbsent(handler, made);
            ranked.put(before == null ? made : before, properties);
            byType = index();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Route> known(FrameHandler handler) {
        lock.lock();
        try {
            return Optional.ofNullable(routes.get(handler));
        } finally {
            lock.unlock();
        }
    }

    void remove(FrameHandler handler) {
        lock.lock();
        try {
            Route route = routes.remove(handler);
            if (route != null) {
                ranked.remove(route);
                byType = index();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The way to who handles a type. */
    Optional<Route> find(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** Each type that is handled, by name, with the way to who handles it. */
    Map<String, Route> all() {
        return byType;
    }

    /** Asked for with each request, so it is found out before. */
    private Map<String, Route> index() {
        Map<String, Route> index = new TreeMap<>();
        ranked.each((route, properties) ->
                names(properties).forEach(name -> index.putIfAbsent(String.valueOf(name), route)));
        return Collections.unmodifiableMap(index);
    }

    private static Collection<?> names(Map<String, ?> properties) {
        Object property = properties.get(FrameHandler.TYPE);
        if (property instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return property instanceof Collection<?> all ? all : property == null ? List.of() : List.of(property);
    }
}
