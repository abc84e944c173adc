package dev.switchboard.config.internal;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** As much of a service registry as a component that registers by hand needs. */
final class FakeRegistry {
    final Map<Class<?>, Registered> present = new ConcurrentHashMap<>();
    /** Also of services that are gone. */
    final Map<Class<?>, Registered> last = new ConcurrentHashMap<>();

    private final BlockingQueue<Class<?>> events = new LinkedBlockingQueue<>();
    private final Map<String, String> properties;
    /** Runs when a service of a type was registered, before whoever did it knows. */
    final Map<Class<?>, Runnable> hooks = new ConcurrentHashMap<>();

    record Registered(Object service, Dictionary<String, ?> properties, Thread thread) {}

    FakeRegistry(Map<String, String> properties) {
        this.properties = properties;
    }

    BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getProperty":
                            return properties.get(arguments[0]);
                        case "registerService":
                            return register((Class<?>) arguments[0], arguments[1], (Dictionary<?, ?>) arguments[2]);
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    /** Waits until a service of the type is registered. */
    Registered await(Class<?> type, Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!present.containsKey(type)) {
            if (events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) == null) {
                throw new AssertionError("no " + type.getSimpleName() + " within " + bound);
            }
        }
        return present.get(type);
    }

    @SuppressWarnings("unchecked")
    private ServiceRegistration<?> register(Class<?> type, Object service, Dictionary<?, ?> registered) {
        Registered entry = new Registered(service, (Dictionary<String, ?>) registered, Thread.currentThread());
        last.put(type, entry);
        present.put(type, entry);
        events.add(type);
        hooks.getOrDefault(type, () -> {}).run();
        return (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("unregister")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    present.remove(type);
                    return null;
                });
    }
}
