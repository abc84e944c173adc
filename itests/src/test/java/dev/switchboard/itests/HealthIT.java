package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a server that runs is told in the same way over WebSocket, HTTP and the shell. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HealthIT {
    private static final String LOG = "dev.switchboard.messagelog-file";
    private static final String BROADCASTER = "dev.switchboard.broadcast";

    @TempDir
    private Path directory;

    private Path etc;
    private Path program;
    private Server server;
    private Shell shell;
    private HealthViews health;

    @BeforeEach
    void start() throws Exception {
        etc = Files.createDirectories(directory.resolve("etc"));
        program = directory.resolve("claude");
        configure("limits.projects = 9");
        install();
        server = new Server(directory.resolve("data"))
                .set("JAVA_OPTS", "-Xmx512m -XX:NewRatio=8 -XX:+UseSerialGC -XX:TieredStopAtLevel=1")
                .set("CLAUDE_PATH", program.toString())
                .set("ETC", etc.toString())
                .start("run");
        shell = new Shell(server);
        health = new HealthViews(server);
    }

    @AfterEach
    void stop() throws Exception {
        try (Server running = server) {
            health.close();
        }
    }

    private void install() throws IOException {
        Files.createSymbolicLink(program, Distribution.home().resolve("agent-mock/bin/claude"));
    }

    private void configure(String line) throws IOException {
        Files.writeString(etc.resolve("dev.switchboard.cfg"), line + "\n");
    }

    private static void assertTold(JsonNode health, String check, String part) {
        String message = health.at("/checks/" + check + "/message").asText();
        assertTrue(message.contains(part), check + ": " + message);
    }

    /** Other bundles' checks, and all the statuses that there are: what single checks say in which state, their own tests show. */
    private void tellsEveryStatus() throws Exception {
        Path file = Files.writeString(directory.resolve("status"), "WARN");
        Path bundle = Extension.build(
                directory, "Told", List.of("org.apache.felix.hc.api", "org.osgi.framework"), """
                package extension;
                import java.nio.file.*;
                import java.util.*;
                import org.apache.felix.hc.api.*;
                import org.osgi.framework.*;
                public final class Told implements BundleActivator, HealthCheck {
                    public void start(BundleContext context) {
                        Dictionary<String, Object> properties = new Hashtable<>();
                        properties.put(HealthCheck.NAME, "told");
                        properties.put(HealthCheck.TAGS, "switchboard");
                        context.registerService(HealthCheck.class, this, properties);
                    }
                    public void stop(BundleContext context) {}
                    public Result execute() {
                        String told;
                        try {
                            told = Files.readString(Path.of("%s"));
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                        return new Result(Result.Status.valueOf(told), "somebody said " + told);
                    }
                }
                """.formatted(file));
        shell.print("bundle:install -s " + bundle.toUri());
        Map<String, String> statuses = new LinkedHashMap<>();
        statuses.put("WARN", "warning");
        statuses.put("CRITICAL", "critical");
        statuses.put("TEMPORARILY_UNAVAILABLE", "critical");
        statuses.put("HEALTH_CHECK_ERROR", "error");
        statuses.put("nonsense, for which it throws", "error");
        for (Map.Entry<String, String> each : statuses.entrySet()) {
            Files.writeString(file, each.getKey());
            String part =
                    each.getKey().startsWith("nonsense") ? "the check itself failed" : "somebody said " + each.getKey();
            health.await(
                    "told " + each,
                    report -> report.at("/checks/told/status").asText().equals(each.getValue())
                            && report.at("/checks/told/message").asText().contains(part));
        }
        Files.writeString(file, "OK");
        health.await("told", "healthy");
        shell.print("bundle:uninstall extension.Told");
        health.await("told is gone", report -> report.at("/checks/told").isMissingNode());
    }

    /** A heap of which nine tenths are in use, whatever is collected. */
    private void tellsAFullHeap() throws Exception {
        Path bundle = Extension.build(directory, "Hoard", List.of("org.osgi.framework"), """
                package extension;
                import java.lang.management.*;
                import java.util.*;
                import org.osgi.framework.*;
                public final class Hoard implements BundleActivator {
                    private final List<byte[]> hoard = new ArrayList<>();
                    public void start(BundleContext context) {
                        long wanted = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax() / 100 * 92;
                        for (long live = live(); live < wanted; live = live()) {
                            for (long missing = wanted - live; missing > 0; missing -= 1 << 18) {
                                hoard.add(new byte[1 << 18]);
                            }
                        }
                    }
                    /** What a collection leaves; what is in use now has garbage of others in it. */
                    private static long live() {
                        System.gc();
                        return ManagementFactory.getMemoryPoolMXBeans().stream()
                                .filter(pool -> pool.getType() == MemoryType.HEAP)
                                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                                .sum();
                    }
                    public void stop(BundleContext context) {
                        hoard.clear();
                        System.gc();
                    }
                }
                """);
        shell.print("bundle:install -s " + bundle.toUri());
        JsonNode full = health.await("memory", "warning");
        assertTold(full, "memory", "the server's own heap is nearly full; start it with a larger -Xmx");
        assertEquals("degraded", full.get("status").asText());
        shell.print("bundle:uninstall extension.Hoard");
        health.await("memory", "healthy");
    }

    /** A server that serves nobody looks every second, so most of it happens while it does not. */
    @Test
    @DisplayName(
            "H1 H4 X10 S1 a missing provider, a bad edit, a full heap, a missing CLI: the same everywhere, with what would help")
    void isTheSameEverywhere() throws Exception {
        shell.print("bundle:stop " + LOG);
        JsonNode unhealthy = health.await("log", "critical");
        assertEquals("unhealthy", unhealthy.get("status").asText());
        assertTold(unhealthy, "log", "is the store's bundle installed and started?");

        tellsEveryStatus();

        shell.print("bundle:start " + LOG);
        health.await("log", "healthy");
        tellsAFullHeap();
        shell.print("bundle:stop " + LOG);

        configure("limits.projects = many");
        JsonNode edited = health.await("configuration", "warning");
        assertTold(edited, "configuration", "limits.projects = \"many\" is not valid: expected a whole number");
        configure("limits.projects = 8");
        health.await("configuration", "healthy");

        shell.print("bundle:stop " + BROADCASTER);
        assertTold(
                health.await("broadcaster", "critical"), "broadcaster", "its bundle is not installed or not started");
        shell.print("bundle:start " + BROADCASTER);
        health.await("broadcaster", "healthy");

        Files.delete(program);
        assertTold(health.await("claude_cli", "critical"), "claude_cli", "npm install -g @anthropic-ai/claude-code");
        shell.print("bundle:start " + LOG);
        health.await("degraded");
        install();
        JsonNode whole = health.await("claude_cli", "healthy");
        assertTrue(whole.at("/checks/claude_cli/version").isTextual(), whole.toString());
    }
}
