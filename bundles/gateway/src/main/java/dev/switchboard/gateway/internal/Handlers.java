package dev.switchboard.gateway.internal;

import dev.switchboard.gateway.FrameHandler;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The handlers that there are, each with what it asks for. Safe for use by many threads. */
final class Handlers {
    /** By identity: two handlers may be equal. */
    private final Map<FrameHandler, Route> routes = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Ranked<Route> ranked = new Ranked<>();

    /** Adds a handler, or takes its new properties. */
    void put(FrameHandler handler, Map<String, ?> properties) {
        Route known = routes.get(handler);
        Route route = known != null ? known : Route.to(handler, names(properties));
        routes.put(handler, route);
        ranked.put(route, properties);
    }

    void remove(FrameHandler handler) {
        Route route = routes.remove(handler);
        if (route != null) {
            ranked.remove(route);
        }
    }

    /** The way to who handles a type. */
    Optional<Route> find(String type) {
        return ranked.matching(properties -> names(properties).contains(type)).stream()
                .findFirst();
    }

    private static Collection<?> names(Map<String, ?> properties) {
        Object property = properties.get(FrameHandler.TYPE);
        if (property instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return property instanceof Collection<?> all ? all : property == null ? List.of() : List.of(property);
    }
}
