package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.websocket.internal.ReadyNotice.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An edge on a free port with a fake gateway, and settings that can be changed while it runs. */
final class Rig implements AutoCloseable, Configuration {
    final SocketState state = new SocketState();
    final FakeGateway gateway = new FakeGateway();
    final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    final WebSocketEdge edge = new WebSocketEdge(this, state);
    volatile boolean ready;
    private volatile Settings settings;

    Rig(Path dataDirectory) {
        SharedKey.copyTo(dataDirectory);
        settings = Settings.defaults()
                .with(ServerSettings.PORT, 0)
                .with(ServerSettings.DATA_DIR, dataDirectory.toString());
    }

    Rig set(Setting<?> setting, String text) {
        settings = settings.withText(setting, text);
        return this;
    }

    Rig start() {
        return start(WireWriter.TOGETHER, false);
    }

    Rig start(WireWriter writer, boolean terminal) {
        edge.bindGateway(gateway);
        edge.bindMonitor(new Monitor());
        edge.start(
                new Surroundings(
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        terminal,
                        false,
                        "1.2.3",
                        Instant.parse("2026-11-23T10:00:00Z")),
                writer);
        return this;
    }

    int port() {
        return edge.port();
    }

    RawClient connect(String... headers) throws Exception {
        RawClient client = new RawClient(port());
        client.upgrade("/ws", headers);
        return client;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            Thread.sleep(5);
        }
    }

    /** How many descriptors this process has open; 0 where the system does not tell. */
    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Registration onChange(Consumer<Settings> listener) {
        return () -> {};
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public void close() {
        edge.stop();
        for (FakeSession session : gateway.sessions) {
            awaitClosed(session);
            if (session.overlapping.get() > 0) {
                throw new AssertionError("a session was told twice that it is closed, or was called while it was");
            }
        }
        if (gateway.admitted.get() != 0) {
            throw new AssertionError(gateway.admitted.get() + " admissions are left");
        }
    }

    /** It is told behind the call that it may be in just now. */
    private static void awaitClosed(FakeSession session) {
        try {
            session.awaitClosed();
        } catch (Exception e) {
            throw new AssertionError("a session was not told that it is closed", e);
        }
    }

    private final class Monitor implements HealthMonitor {
        @Override
        public HealthReport report() {
            return new HealthReport(HealthStatus.HEALTHY, Instant.EPOCH, Map.of());
        }

        @Override
        public boolean ready() {
            return ready;
        }
    }
}
