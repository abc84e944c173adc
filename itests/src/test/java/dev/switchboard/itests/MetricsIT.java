package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} tells, held against what was done, and what Prometheus makes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MetricsIT {
    private static final long PATIENCE_SECONDS = 60;
    private static final byte[] NORMAL_CLOSE = {0x03, (byte) 0xE8};
    /** From here no token is needed; it is this machine as well. */
    private static final String OPEN_ADDRESS = "127.0.0.2";

    @TempDir
    static Path directory;

    private Server server;

    @BeforeAll
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("METRICS_OPEN_FROM", OPEN_ADDRESS)
                // Each run has an agent of its own, and nothing is sent but what the test causes.
                .set("CLAUDE_WARM_SECONDS", "0")
                .set("STATS_SECONDS", "3600")
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .set("TIMEOUTS_WRITE_SECONDS", "2")
                // A slow machine's agent must not be taken for one that does not obey an interrupt.
                .set("TIMEOUTS_KILL_GRACE_MS", "10000")
                .start();
        // What is there only after it has happened once.
        assertEquals(401, Wire.knock(server, "?token=sb_wrong"));
        new ServerProcess(server).objects();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private String project(Client by, String name) throws Exception {
        return by.create(Files.createDirectories(directory.resolve(name)).toString());
    }

    /** Runs a prompt to its end; returns the last record's number. */
    private static long run(Client client, String project, String prompt, String end) throws Exception {
        ObjectNode request = Client.data().put("prompt", prompt);
        if (end.equals("timed_out")) {
            request.set("options", Client.data().put("timeout_ms", 300));
        }
        client.send("execute", project, request);
        if (end.equals("killed") || end.equals("interrupted")) {
            client.until(frame -> frame.at("/data/subtype").asText().equals("init"));
            client.send(end.equals("killed") ? "agent_kill" : "agent_interrupt", project);
            return last(client.rest());
        }
        return last(client.run());
    }

    private static long last(List<JsonNode> frames) {
        return frames.get(frames.size() - 1).get("seq").asLong();
    }

    @Test
    @DisplayName("H2 connections, messages, bytes, runs by outcome, agents and records are exactly what was done")
    void countsWhatWasDone() throws Exception {
        Scrape before = Scrape.of(server);
        try (Client client = server.connect();
                Client member = server.connect()) {
            String project = project(client, "counted");
            client.join(project);
            member.join(project);
            run(client, project, "hello", "completed");
            run(client, project, "hello again", "completed");
            run(client, project, "[[crash]]", "failed");
            run(client, project, "[[hang]]", "timed_out");
            run(client, project, "[[wait for=5m]]", "killed");
            long records = run(client, project, "[[wait for=5m]]", "interrupted");
            member.until(frame -> frame.path("seq").asLong() == records);
            try (Wire normal = Wire.connect(server)) {
                normal.frame(Wire.CLOSE, NORMAL_CLOSE);
                assertEquals(1000, normal.closeCode());
            }
            Wire.connect(server).close();
            assertEquals(401, Wire.knock(server, "?token=sb_wrong"));

            Map<String, Double> expected = new TreeMap<>();
            expected.put("switchboard_websocket_opened_total", 4.0);
            expected.put("switchboard_websocket_closed_total{cause=\"normal\"}", 1.0);
            expected.put("switchboard_websocket_closed_total{cause=\"lost\"}", 1.0);
            expected.put("switchboard_websocket_closed_total{cause=\"slow\"}", 0.0);
            expected.put("switchboard_http_refused_total{status=\"401\"}", 1.0);
            double in = client.sentTraffic().messages() + member.sentTraffic().messages();
            double bytesIn = client.sentTraffic().bytes() + member.sentTraffic().bytes();
            expected.put("switchboard_websocket_messages_received_total", in);
            expected.put("switchboard_messages_total{direction=\"in\"}", in);
            expected.put("switchboard_message_bytes_total{direction=\"in\"}", bytesIn);
            expected.put("switchboard_executions_total", 6.0);
            expected.put(ended("completed"), 2.0);
            for (String outcome : List.of("failed", "timed_out", "killed", "interrupted")) {
                expected.put(ended(outcome), 1.0);
            }
            expected.put("switchboard_agents_launched_total", 6.0);
            expected.put("switchboard_log_records_appended_total", (double) records);
            expected.put("switchboard_log_appended_bytes_total", (double) logBytes(project));
            expected.put("switchboard_log_failures_total", 0.0);
            expected.put("switchboard_broadcast_behind_total", 0.0);
            Scrape after = awaitDifferences(before, expected, client, member);

            assertEquals(2, after.get("switchboard_websocket_connections"));
            assertEquals(2, after.get("switchboard_connections"));
            assertEquals(2, after.get("switchboard_broadcast_subscribers"));
            assertEquals(0, after.get("switchboard_executions_active"));
            assertEquals(0, after.get("switchboard_queued_bytes"));
            assertEquals(0, after.get("switchboard_health_status{check=\"log\"}"));
            assertTrue(after.since(before, "switchboard_execution_duration_seconds_sum{outcome=\"timed_out\"}") >= 0.3);
            assertTrue(after.since(before, "switchboard_broadcast_frames_total") >= records);
            double appends = after.since(before, "switchboard_log_append_seconds_count");
            assertTrue(appends > 0 && appends <= records, "appends: " + appends);
            assertTrue(after.since(before, "switchboard_log_sync_seconds_count") > 0);
            double arrived = after.since(before, "switchboard_websocket_received_bytes_total");
            assertTrue(arrived >= bytesIn + NORMAL_CLOSE.length, "with pongs and closes: " + arrived);
            assertTrue(after.since(before, "switchboard_socket_sent_bytes_total")
                    > after.since(before, "switchboard_message_bytes_total{direction=\"out\"}"));
            assertTrue(after.since(before, "switchboard_agent_processes_killed_total") > 0);
            Server.await("no agent lives", PATIENCE_SECONDS, () -> scrape().get("switchboard_agents_living") == 0);
        }
    }

    private static String ended(String outcome) {
        return "switchboard_execution_duration_seconds_count{outcome=\"" + outcome + "\"}";
    }

    private long logBytes(String project) throws IOException {
        try (Stream<Path> files = Files.list(server.dataDir().resolve("projects/" + project + "/log"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Waits until everything is counted, part of which happens when the client has it already. */
    private Scrape awaitDifferences(Scrape before, Map<String, Double> expected, Client... clients) throws Exception {
        Map<String, Double> found = new TreeMap<>();
        Scrape[] after = new Scrape[1];
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        do {
            long frames = 0;
            long bytes = 0;
            for (Client client : clients) {
                frames += client.receivedTraffic().messages();
                bytes += client.receivedTraffic().bytesWithHeads();
            }
            expected.put("switchboard_messages_total{direction=\"out\"}", (double) frames);
            expected.put("switchboard_message_bytes_total{direction=\"out\"}", (double) bytes);
            after[0] = Scrape.of(server);
            expected.keySet().forEach(sample -> found.put(sample, after[0].since(before, sample)));
        } while (!found.equals(expected) && System.nanoTime() < deadline);
        assertEquals(expected, found);
        return after[0];
    }

    private Scrape scrape() {
        try {
            return Scrape.of(server);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("H2 C6 who takes nothing is closed, which is counted as that")
    void countsSlowCloses() throws Exception {
        String slow = "switchboard_websocket_closed_total{cause=\"slow\"}";
        double before = Scrape.of(server).get(slow);
        String project;
        try (Client client = server.connect()) {
            project = project(client, "slow");
        }
        try (Wire deaf = Wire.connect(server)) {
            deaf.text(Stage.request("execute", project, Stage.data("prompt", "[[flood lines=20000 bytes=1000]]"))
                    .toString());
            Server.await("the deaf one is closed", PATIENCE_SECONDS, () -> scrape().get(slow) == before + 1);
        }
        Server.await("the run is over", PATIENCE_SECONDS, () -> scrape().get("switchboard_executions_active") == 0);
    }

    @Test
    @DisplayName(
            "H2 C5 it is for viewers, and for who comes from a listed address; a wrong token is refused from anywhere")
    void letsIn() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").startsWith("Linux"), OPEN_ADDRESS + " is an address");
        Server.Outcome made = server.command("shell", "switchboard:token-create --json --role viewer prometheus");
        String viewer = Client.JSON.readTree(made.output()).get("token").asText();
        String other = "127.0.0.1";
        assertEquals(200, status(other, viewer, "localhost"));
        assertEquals(401, status(other, "", "localhost"));
        assertEquals(401, status(other, "sb_wrong", "localhost"));
        assertEquals(200, status(OPEN_ADDRESS, "", "localhost"));
        assertEquals(200, status(OPEN_ADDRESS, viewer, "localhost"));
        assertEquals(401, status(OPEN_ADDRESS, "sb_wrong", "localhost"));
        assertEquals(403, status(OPEN_ADDRESS, "", "attacker.example"), "DNS rebinding");
    }

    /** The status of a request from an address; an empty token is none. */
    private int status(String from, String token, String host) throws IOException {
        InetAddress here = InetAddress.getByName("127.0.0.1");
        try (Socket socket = new Socket(here, server.port(), InetAddress.getByName(from), 0)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            String authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
            String request = "GET /metrics HTTP/1.1\r\nHost: " + host + ":" + server.port() + "\r\n" + authorization
                    + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = Integer.parseInt(answer.split(" ", 3)[1]);
            assertEquals(status == 200, answer.contains("switchboard_build_info{"), answer);
            return status;
        }
    }

    @Test
    @DisplayName("H2 D3 the page on monitoring has every metric that there is, with its kind and labels, and no other")
    void isDocumented() throws Exception {
        Scrape scrape = Scrape.of(server);
        assertEquals(MonitoringPages.table(), scrape.metrics());
        scrape.text()
                .lines()
                .filter(line -> line.startsWith("switchboard_metrics_dropped_total"))
                .forEach(line -> assertTrue(line.endsWith(" 0.0"), line));
    }

    @Test
    @DisplayName(
            "H2 Prometheus finds nothing to complain of, and gets an answer to every query of dashboard and alerts")
    void satisfiesPrometheus() throws Exception {
        SystemTool.assume("promtool", "--version");
        Path scrape = Files.writeString(
                directory.resolve("scrape.txt"), Scrape.of(server).text());
        Process check = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(scrape.toFile())
                .redirectErrorStream(true)
                .start();
        String complaints = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("0", check.waitFor() + complaints);

        try (Prometheus prometheus = Prometheus.start(server, directory.resolve("prometheus"))) {
            prometheus.awaitScrapes(3);
            for (Map.Entry<String, List<String>> panel :
                    MonitoringPages.queries().entrySet()) {
                for (String query : panel.getValue()) {
                    assertTrue(prometheus.query(query).size() > 0, panel.getKey() + " shows nothing for " + query);
                }
            }
            for (String alert : MonitoringPages.alerts().values()) {
                prometheus.query(alert);
            }
            assertEquals(MonitoringPages.alerts().size(), prometheus.rules());
        }
    }
}
