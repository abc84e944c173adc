package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

@DisplayName("H1 health and readiness")
@Timeout(60)
class BackgroundHealthMonitorTest {
    private static final HealthCheck FINE = () -> new Result(Result.Status.OK, "fine");

    private final ManualTimer timer = new ManualTimer();
    private final BackgroundHealthMonitor monitor =
            new BackgroundHealthMonitor(new Sampler(List.of(), Clock.systemUTC(), timer, () -> false));

    @Test
    void itIsReadyWhileSocketRegistryAndLogAreThereAndWork() {
        assertReady(false);
        add("socket", 1, FINE);
        add("registry", 2, FINE);
        timer.fire();
        assertReady(false);
        add("log", 3, FINE);
        timer.fire();
        assertReady(true);
        add("extra", 4, () -> new Result(Result.Status.CRITICAL, "this only degrades"));
        add("log2", 5, FINE);
        timer.fire();
        assertReady(true);
        monitor.removeCheck(FINE, properties("socket", 1));
        timer.fire();
        assertReady(false);
        add("socket", 6, () -> new Result(Result.Status.TEMPORARILY_UNAVAILABLE, "not yet"));
        timer.fire();
        assertReady(false);
        monitor.deactivate();
    }

    @Test
    void aCheckWithoutANameIsShownByItsNumber() {
        monitor.addCheck(FINE, Map.of("service.id", 42L));
        timer.fire();
        assertTrue(monitor.report().checks().containsKey("check_42"));
        monitor.deactivate();
    }

    @Test
    void liveAnswersAsLongAsAnythingDoes() {
        HttpReply reply = ask(new LiveResource());
        assertEquals(200, reply.status());
        assertEquals("{\"status\":\"live\"}", reply.body().toText());
        assertEquals("no-store", reply.headers().get("Cache-Control"));
    }

    @Test
    void probesNeedNoTokenAndNoListedHost() {
        for (HttpResource resource : List.of(new LiveResource(), new ReadyResource(monitor))) {
            assertEquals(HttpAccess.probe(), resource.access());
        }
        assertEquals("/health/live", new LiveResource().path());
        assertEquals("/health/ready", new ReadyResource(monitor).path());
    }

    @Test
    void theWholeComponentSamplesByItself(@TempDir Path data) {
        Settings settings = Settings.defaults()
                .with(ServerSettings.DATA_DIR, data.toString())
                .with(ServerSettings.DISK_RESERVE_BYTES, 0L);
        BackgroundHealthMonitor whole =
                new BackgroundHealthMonitor(Configuration.of(settings), new CoreServices(), activeFramework());
        try {
            await(() -> !whole.report().checks().isEmpty());
            assertEquals(
                    List.of(
                            "cpu",
                            "memory",
                            "disk",
                            "claude_cli",
                            "executor",
                            "projects",
                            "execution",
                            "custodian",
                            "broadcaster",
                            "token_registry",
                            "authenticator",
                            "socket",
                            "registry",
                            "log"),
                    List.copyOf(whole.report().checks().keySet()));
            assertEquals(
                    CheckStatus.HEALTHY, whole.report().checks().get("disk").status());
            assertEquals(
                    data.toString(),
                    whole.report().checks().get("disk").figures().get("path"));
            assertFalse(whole.ready());
            for (String name : List.of("socket", "registry", "log")) {
                whole.addCheck(FINE, properties(name, name.length()));
            }
            await(whole::ready);
        } finally {
            whole.deactivate();
        }
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("switchboard-health"))
                .allMatch(BackgroundHealthMonitorTest::ends));
    }

    private void assertReady(boolean ready) {
        assertEquals(ready, monitor.ready());
        HttpReply reply = ask(new ReadyResource(monitor));
        assertEquals(ready ? 200 : 503, reply.status());
        assertEquals("application/json", reply.contentType());
        assertEquals(
                ready ? "{\"status\":\"ready\"}" : "{\"status\":\"not_ready\"}",
                reply.body().toText());
    }

    private static HttpReply ask(HttpResource resource) {
        return resource.handle(
                new HttpQuery("GET", resource.path(), Map.of(), Map.of(), "127.0.0.1", Optional.empty()));
    }

    private void add(String name, long id, HealthCheck check) {
        monitor.addCheck(check, properties(name, id));
    }

    private static Map<String, Object> properties(String name, long id) {
        return Map.of(HealthCheck.NAME, name, "service.id", id);
    }

    private static boolean ends(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it never happened");
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static BundleContext activeFramework() {
        Bundle framework = proxy(Bundle.class, "getState", Bundle.ACTIVE);
        return proxy(BundleContext.class, "getBundle", framework);
    }

    private static <T> T proxy(Class<T> type, String question, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                BackgroundHealthMonitorTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals(question) ? answer : null));
    }
}
