package dev.switchboard.shell.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** As much of an OSGi service registry as commands use. */
final class FakeRegistry {
    private final List<Entry> entries = new ArrayList<>();
    private final Bundle bundle = proxy(Bundle.class, (name, arguments) -> "some.bundle");
    /** How many services are held. */
    int held;

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    private record Entry(Class<?> type, Object service, int ranking, ServiceReference<?> reference) {}

    <T> void add(Class<T> type, T service, int ranking, Map<String, ?> properties) {
        ServiceReference<?> reference = proxy(ServiceReference.class, (name, arguments) -> switch (name) {
            case "getBundle" -> bundle;
            case "getProperty" ->
                arguments[0].equals(Constants.SERVICE_RANKING) ? (Object) ranking : properties.get(arguments[0]);
            case "compareTo" -> Integer.compare(ranking, entry(arguments[0]).ranking());
            default -> throw new UnsupportedOperationException(name);
        });
        entries.add(new Entry(type, service, ranking, reference));
    }

    void remove(Object service) {
        entries.removeIf(entry -> entry.service() == service);
    }

    BundleContext context() {
        return proxy(BundleContext.class, (name, arguments) -> switch (name) {
            case "getServiceReference" ->
                entries.stream()
                        .filter(entry -> entry.type() == arguments[0])
                        .max(Comparator.comparingInt(Entry::ranking))
                        .map(Entry::reference)
                        .orElse(null);
            case "getServiceReferences" ->
                entries.stream()
                        .filter(entry -> entry.type() == arguments[0])
                        .map(Entry::reference)
                        .toList();
            case "getService" -> {
                held++;
                yield entry(arguments[0]).service();
            }
            case "ungetService" -> {
                held--;
                yield true;
            }
            default -> throw new UnsupportedOperationException(name);
        });
    }

    private Entry entry(Object reference) {
        return entries.stream()
                .filter(entry -> entry.reference() == reference)
                .findAny()
                .orElseThrow();
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> Objects.toString(type);
                    default -> answer.to(method.getName(), arguments);
                }));
    }
}
