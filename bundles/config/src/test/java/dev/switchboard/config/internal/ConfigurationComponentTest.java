package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.hc.api.HealthCheck;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.metatype.MetaTypeProvider;

@DisplayName("H4 the configuration is a service once it is known")
class ConfigurationComponentTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void itAppearsWithTheFirstSettingsAndGoesWithTheComponent() throws Exception {
        Files.createFile(directory.resolve("dev.switchboard.cfg"));
        FakeRegistry registry =
                new FakeRegistry(Map.of("switchboard.etc", directory.toString(), "karaf.etc", "/nowhere"));
        ConfigurationComponent component = component(registry);
        assertEquals(Set.of(ManagedService.class, MetaTypeProvider.class), registry.present.keySet());

        var managed = registry.present.get(ManagedService.class);
        assertEquals(ServerSettings.PID, managed.properties().get("service.pid"));
        ((ManagedService) managed.service()).updated(null);
        ((ManagedService) managed.service()).updated(new Hashtable<>(Map.of("port", "9000")));
        var registered = registry.await(Configuration.class, BOUND);
        assertEquals(9000, ((Configuration) registered.service()).settings().get(ServerSettings.PORT));
        assertTrue(
                registered.thread().getName().startsWith("switchboard-config"),
                registered.thread().getName());
        assertEquals(
                "configuration",
                registry.present.get(HealthCheck.class).properties().get(HealthCheck.NAME));

        component.deactivate();
        // A registration that was just being made is taken back by the thread that made it.
        registered.thread().join(BOUND.toMillis());
        assertFalse(registered.thread().isAlive());
        assertTrue(registry.present.isEmpty());
    }

    @Test
    void whatComesAfterTheEndRegistersNothing() throws Exception {
        FakeRegistry registry = new FakeRegistry(Map.of("karaf.etc", directory.toString()));
        ConfigurationComponent component = component(registry);
        ManagedService managed =
                (ManagedService) registry.present.get(ManagedService.class).service();
        component.deactivate();
        managed.updated(null);
        assertTrue(registry.present.isEmpty());
    }

    @Test
    void whatIsBeingRegisteredAtTheEndIsTakenBack() throws Exception {
        FakeRegistry registry = new FakeRegistry(Map.of("karaf.etc", directory.toString()));
        ConfigurationComponent component = component(registry);
        registry.hooks.put(HealthCheck.class, component::deactivate);
        CountDownLatch late = new CountDownLatch(1);
        registry.hooks.put(Configuration.class, late::countDown);
        ((ManagedService) registry.present.get(ManagedService.class).service()).updated(null);
        assertTrue(late.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        Thread worker = registry.last.get(Configuration.class).thread();
        worker.join(BOUND.toMillis());
        assertFalse(worker.isAlive());
        assertTrue(registry.present.isEmpty(), () -> registry.present.keySet().toString());
    }

    private ConfigurationComponent component(FakeRegistry registry) {
        StartRefusal refusal = new StartRefusal(
                System.err,
                code -> {
                    throw new AssertionError("refused to start");
                },
                new Properties());
        return new ConfigurationComponent(registry.context(), Map.of(), new DataDirectory(directory), refusal);
    }
}
