package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C2 C3 H1 H2 the life of a session, what it is told of the server, and what is missing")
class SessionLifeTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void leavesNothingBehind() {
        Client other = world.admin().join(project);
        Client client = world.admin();
        for (int i = 0; i < 20; i++) {
            client.join(world.server.seed("/" + i));
        }
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        assertEquals(22, world.broadcaster.open.get());
        client.close();
        Await.until("its subscriptions are closed", () -> world.broadcaster.open.get() == 1);
        assertEquals(1, world.connections());
        assertEquals(1, world.registry().all().size());
        assertEquals(1, world.registry().projects());
        other.nexts("project_state", "prompt");
        world.server.finish(project);
        other.next("project_state");
        other.nothing();
    }

    @Test
    @DisplayName("also when it goes while a request is under way")
    void leavesNothingBehindInMidRequest() {
        Client client = world.admin();
        CountDownLatch go = new CountDownLatch(1);
        world.server.beforeAnswering.set(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        client.send("execute", project, "{'prompt':'hi'}");
        Await.until("it runs", () -> world.server.status(project).execution().isPresent());
        Await.until("it listens", () -> world.broadcaster.open.get() == 1);
        client.close();
        Await.until("it does not any more", () -> world.broadcaster.open.get() == 0);
        go.countDown();
        world.server.beforeAnswering.set(() -> {});
        world.server.finish(project);
        world.admin().nothing();
        assertEquals(0, world.broadcaster.open.get());
        assertEquals(0, world.registry().projects());
    }

    @Test
    @DisplayName("H5 tells everybody that the server goes")
    void saysGoodbye() {
        Client client = world.admin().join(project);
        Client stalled = world.admin().join(project);
        stalled.connection.stall();
        world.server.agents(project, 1);
        Await.until("it is stalled", stalled.connection::isSending);
        world.gateway.deactivate();
        assertEquals(1001, client.connection.closeCode);
        assertEquals("Server shutting down", client.connection.closeReason);
        assertEquals(1001, stalled.connection.closeCode);
        assertEquals(0, world.broadcaster.open.get());
        client.session.text("{}".getBytes(), () -> {});
        assertEquals(0, world.connections());
    }

    @Test
    @DisplayName("C3 may not idle while it follows an executing project")
    void mayIdle() {
        Client client = world.admin();
        assertTrue(client.session.mayIdle());
        client.join(project);
        assertTrue(client.session.mayIdle());
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        assertFalse(client.session.mayIdle());
        world.services.unbindProjects(world.server);
        assertFalse(client.session.mayIdle());
        world.services.bindProjects(world.server);
        world.server.finish(project);
        assertTrue(client.session.mayIdle());
        client.next("project_state");
    }

    @Test
    @DisplayName("H2 statistics come each ten seconds, the first after as long: none sooner, none twice")
    void sendsStatisticsFirstAfterTheirInterval() {
        world.freeze();
        Client client = world.client("viewer");
        Client nobody = world.client(Optional.empty());
        world.extraNanos.addAndGet(Duration.ofMillis(9_999).toNanos());
        world.tick();
        client.nothing();
        assertFalse(hasStatistics(client));
        world.extraNanos.addAndGet(Duration.ofMillis(1).toNanos());
        JsonNode stats = client.nextAside("server_stats").get("data");
        assertEquals(1, stats.get("projects").asInt());
        assertEquals(4, stats.at("/executions/total").asInt());
        assertEquals(250, stats.at("/executions/avg_duration_ms").asInt());
        assertTrue(stats.at("/messages/received").asInt() >= 2);
        assertTrue(stats.at("/messages/sent").isNumber());
        assertTrue(stats.at("/messages/rate_per_sec").isNumber());
        assertTrue(stats.get("uptime").isNumber());
        world.tick();
        client.nothing();
        assertFalse(hasStatistics(client));
        world.extraNanos.addAndGet(Duration.ofMillis(9_999).toNanos());
        world.tick();
        client.nothing();
        assertFalse(hasStatistics(client));
        world.extraNanos.addAndGet(Duration.ofMillis(1).toNanos());
        client.nextAside("server_stats");
        world.tick();
        client.nothing();
        assertFalse(hasStatistics(client));
        assertFalse(hasStatistics(nobody));
    }

    /** Whether there are some that were not read. Other asides may be: time that leaps makes a send that is just ending a slow one. */
    private static boolean hasStatistics(Client client) {
        return client.connection.asides.stream()
                .anyMatch(aside -> aside.get("type").asText().equals("server_stats"));
    }

    @Test
    @DisplayName("H4 the interval of statistics is the configured one, also after it changes")
    void sendsStatisticsAtTheirInterval() {
        world.set(ServerSettings.STATS, Duration.ofSeconds(40));
        world.freeze();
        Client client = world.client("viewer");
        world.extraNanos.addAndGet(Duration.ofSeconds(39).toNanos());
        world.tick();
        client.nothing();
        assertFalse(hasStatistics(client));
        world.set(ServerSettings.STATS, Duration.ofSeconds(2));
        client.nextAside("server_stats");
    }

    @Test
    void tellsAConnectionThatItIsSlowAndThatItIsNot() {
        world.set(ServerSettings.LIMITS_RING_BYTES, 1L << 16);
        Client client = world.admin().join(project);
        client.session.pong(Duration.ofMillis(7));
        client.connection.stall();
        for (int i = 0; i < 300; i++) {
            world.server.agent(project, "{\"x\":\"" + "x".repeat(1000) + "\"}");
        }
        Await.until("a send is under way", client.connection::isStuck);
        world.extraNanos.addAndGet(Duration.ofMillis(1_100).toNanos());
        world.tick();
        client.connection.resume();
        JsonNode slow = client.nextAside("connection_health");
        assertEquals("slow", slow.at("/data/status").asText());
        assertEquals(client.session.id(), slow.at("/data/session_id").asText());
        assertEquals(7.0, slow.at("/data/ping_ms").asDouble());
        assertTrue(slow.at("/data/queued_bytes").asLong() > 0);
        assertEquals(
                "healthy",
                client.nextAside("connection_health").at("/data/status").asText());
        world.freeze();
        world.extraNanos.addAndGet(Duration.ofSeconds(46).toNanos());
        assertEquals(
                "stale",
                client.nextAside("connection_health").at("/data/status").asText());
    }

    @Test
    void reportsHealth() {
        Client client = world.client("viewer");
        assertEquals(
                "health",
                client.send("{'type':'health'}")
                        .nextError("SERVICE_UNAVAILABLE")
                        .at("/data/details/service")
                        .asText());
        HealthReport report = new HealthReport(
                HealthStatus.DEGRADED,
                Instant.EPOCH,
                Map.of(
                        "cpu",
                        new Check(CheckStatus.HEALTHY, Optional.empty(), Map.of("usage_percent", 12.5, "cores", 2)),
                        "claude_cli",
                        new Check(CheckStatus.CRITICAL, Optional.of("not installed"), Map.of("path", "claude"))));
        world.services.bindHealth(new HealthMonitor() {
            @Override
            public HealthReport report() {
                return report;
            }

            @Override
            public boolean ready() {
                return true;
            }
        });
        JsonNode data = client.send("{'type':'health'}").next("health_status").get("data");
        assertEquals("degraded", data.get("status").asText());
        assertEquals("0.1.0.test", data.get("version").asText());
        assertEquals(1, data.at("/connections/active").asInt());
        assertEquals(100, data.at("/connections/limit").asInt());
        assertEquals(1, data.at("/projects/count").asInt());
        assertEquals(12.5, data.at("/resources/cpu_percent").asDouble());
        assertFalse(data.at("/claude/available").asBoolean());
        assertEquals("critical", data.at("/checks/claude_cli/status").asText());
        assertEquals("not installed", data.at("/checks/claude_cli/message").asText());
        assertEquals(2, data.at("/checks/cpu/cores").asInt());
        client.send("{'type':'health_check'}").next("health_check");
    }

    @Test
    @DisplayName("S1 what is missing is said, with when to try again")
    void saysWhatIsMissing() {
        Client client = world.admin();
        world.server.refuse.set(new SwitchboardException(ErrorCode.EXECUTOR_UNAVAILABLE, "no executor"));
        JsonNode executor = client.send("execute", project, "{'prompt':'x'}").nextError("EXECUTOR_UNAVAILABLE");
        assertEquals("executor", executor.at("/data/details/service").asText());
        assertTrue(executor.at("/data/details/retry_after_ms").asInt() > 0);
        world.server.historyFailure.set(new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "no store"));
        assertTrue(client.send("get_messages", project, "{}")
                .nextError("STORAGE_UNAVAILABLE")
                .at("/data/details/retry_after_ms")
                .isNumber());
        world.services.unbindExecutions(world.server);
        assertEquals(
                "execution",
                client.send("execute", project, "{'prompt':'x'}")
                        .nextError("SERVICE_UNAVAILABLE")
                        .at("/data/details/service")
                        .asText());
        world.services.unbindProjects(world.server);
        for (String type : List.of("project_list", "project_join", "get_messages", "project_delete")) {
            assertEquals(
                    "projects",
                    client.send(type, project, "{}")
                            .nextError("SERVICE_UNAVAILABLE")
                            .at("/data/details/service")
                            .asText());
        }
        client.nothing();
        world.services.bindProjects(world.server);
        client.join(project);
        assertEquals(1, world.broadcaster.open.get());
    }

    private void bindBig(int replies) {
        world.gateway.bindHandler(
                new FrameHandler() {
                    @Override
                    public FrameRule rule() {
                        return FrameRule.server(Role.VIEWER);
                    }

                    @Override
                    public void handle(FrameContext frame) {
                        ObjectNode data = Json.object().put("x", "x".repeat(1 << 20));
                        for (int i = 0; i < replies; i++) {
                            frame.reply("big", data);
                        }
                    }
                },
                Map.of(FrameHandler.TYPE, "big"));
    }

    @Test
    @DisplayName("C6 a session that does not fetch its replies is not asked for more requests")
    void holdsBackWhoDoesNotRead() {
        bindBig(2);
        Client client = world.admin();
        client.connection.stall();
        client.send("{'type':'ping'}");
        CountDownLatch next = client.post("{'type':'big'}");
        Await.until("it is sent", client.connection::isStuck);
        world.tick();
        assertEquals(1, next.getCount());
        client.connection.resume();
        client.nexts("big", "big");
        Await.until("the next is wanted", () -> next.getCount() == 0);
    }

    @Test
    @DisplayName("C6 1013 when more replies wait than any client needs")
    void closesAnOverflow() {
        bindBig(20);
        Client client = world.admin();
        client.connection.stall();
        client.post("{'type':'big'}");
        client.awaitClosed(1013);
        assertEquals("slow consumer", client.connection.closeReason);
        Await.until("it is gone", () -> world.connections() == 0);
    }

    @Test
    void countsForMetrics() {
        Client client = world.admin();
        client.send("{'type':'hello'}").next("hello");
        Await.until("it is counted", () -> metrics().get("messages_total{direction=out}") == 1.0);
        Map<String, Double> metrics = metrics();
        assertEquals(1.0, metrics.get("connections"));
        assertEquals(0.0, metrics.get("shared_page_bytes"));
        assertEquals(1.0, metrics.get("messages_total{direction=in}"));
        assertEquals(16.0, metrics.get("message_bytes_total{direction=in}"));
        assertTrue(metrics.get("message_bytes_total{direction=out}") > 100);
        assertNull(metrics.get("no such metric"));
    }

    private Map<String, Double> metrics() {
        Map<String, Double> values = new HashMap<>();
        world.gateway.collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                values.put(name + (labels.isEmpty() ? "" : labels), value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                counter(name, help, labels, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                throw new AssertionError(name);
            }
        });
        return values;
    }
}
