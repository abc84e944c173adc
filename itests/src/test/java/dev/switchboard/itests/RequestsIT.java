package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.assertFields;
import static dev.switchboard.itests.Stage.data;
import static dev.switchboard.itests.Stage.expect;
import static dev.switchboard.itests.Stage.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Section 2 of the protocol, request by request, but for runs: who gets which frames, in which order, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RequestsIT {
    private static final String[] STATE = {
        "id",
        "path",
        "name?",
        "state",
        "session_id",
        "executor",
        "created_at",
        "last_active",
        "error_details?",
        "execution_id?",
        "last_seq",
        "epoch",
        "pending_permissions?",
        "limited_until?"
    };

    @TempDir
    static Path directory;

    private Stage stage;

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(directory, Map.of("STATS_SECONDS", "1", "TIMEOUTS_PING_SECONDS", "1"));
    }

    @AfterEach
    void closeClients() {
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    @Test
    @DisplayName("C2 P1 project_create: R project_state, L project_update, nobody else anything")
    void creates() throws Exception {
        Client requester = stage.watcher();
        Client watcher = stage.watcher();
        Client bystander = stage.client();
        Path path = stage.directory();
        ObjectNode wish = data("path", path.toString()).put("name", "Näme").put("executor", "claude");
        ObjectNode frame = Client.data().put("type", "project_create").put("request_id", "r-1");
        requester.sendText(frame.set("data", wish).toString());
        JsonNode reply = requester.next("project_state");
        assertEquals("r-1", reply.get("request_id").asText());
        JsonNode state = reply.get("data");
        String id = state.get("id").asText();
        assertFields(state, STATE);
        assertEquals(id, reply.get("project_id").asText());
        assertEquals(path.toString(), state.get("path").asText());
        assertEquals("Näme", state.get("name").asText());
        assertEquals("IDLE", state.get("state").asText());
        assertEquals("claude", state.get("executor").asText());
        assertTrue(state.get("session_id").isNull());
        assertEquals(0, state.get("last_seq").asInt());
        JsonNode update = expect(watcher, id, "project_update").get(0).get("data");
        assertFields(update, "project_id", "update_type", "state", "path", "timestamp");
        assertEquals("created", update.get("update_type").asText());
        assertEquals(path.toString(), update.get("path").asText());
        stage.nothingElse(id, requester, watcher, bystander);
    }

    @Test
    @DisplayName("C2 P1 project_list: all, the oldest first, with the number of those who have joined")
    void lists() throws Exception {
        String first = stage.project();
        String second = stage.project();
        Client requester = stage.client();
        Client member = stage.member(second);
        requester.sendText("{\"type\":\"project_list\",\"request_id\":17}");
        JsonNode reply = requester.next("project_list");
        assertEquals(17, reply.get("request_id").asInt());
        assertTrue(reply.get("request_id").isInt());
        assertFalse(reply.has("project_id"));
        JsonNode data = reply.get("data");
        assertFields(data, "projects", "total");
        JsonNode projects = data.get("projects");
        assertEquals(projects.size(), data.get("total").asInt());
        JsonNode last = projects.get(projects.size() - 1);
        JsonNode before = projects.get(projects.size() - 2);
        assertEquals(
                List.of(first, second),
                List.of(before.get("id").asText(), last.get("id").asText()));
        assertEquals(1, last.at("/metadata/subscriber_count").asInt());
        assertEquals(0, before.at("/metadata/subscriber_count").asInt());
        JsonNode metadata = ((ObjectNode) last).remove("metadata");
        assertFields(metadata, "subscriber_count");
        assertFields(last, STATE);
        stage.nothingElse(second, requester, member);
    }

    @Test
    @DisplayName("C2 P1 project_delete: S and R once each project_deleted, L project_update, nobody else anything")
    void deletes() throws Exception {
        for (boolean joined : List.of(true, false)) {
            String project = stage.project();
            String other = stage.project();
            Client requester = joined ? stage.member(project) : stage.client();
            Client member = stage.member(project);
            Client watcher = stage.watcher();
            Client bystander = stage.member(other);
            requester.send("project_delete", project);
            for (Client client : List.of(requester, member)) {
                JsonNode data =
                        expect(client, project, "project_deleted").get(0).get("data");
                assertFields(data, "project_id", "status", "reason", "timestamp");
                assertEquals("deleted", data.get("status").asText());
                assertEquals("project_deleted", data.get("reason").asText());
            }
            JsonNode update = expect(watcher, project, "project_update").get(0).get("data");
            assertEquals("deleted", update.get("update_type").asText());
            stage.nothingElse(other, requester, member, watcher, bystander);
            requester.send("project_join", project);
            assertEquals(
                    project,
                    assertCode("PROJECT_NOT_FOUND", requester.next())
                            .at("/details/project_id")
                            .asText());
        }
    }

    @Test
    @DisplayName("C2 C4 project_join: R project_state, project_join, project_joined; nobody else anything")
    void joins() throws Exception {
        String project = stage.project();
        Client watcher = stage.watcher();
        Client member = stage.member(project);
        Client requester = stage.client();
        for (int i = 0; i < 2; i++) { // joining twice is joining
            requester.sendText(request("project_join", project, Client.data())
                    .put("request_id", "j")
                    .toString());
            List<JsonNode> frames = expect(requester, project, "project_state", "project_join", "project_joined");
            assertFields(frames.get(0).get("data"), STATE);
            for (JsonNode frame : frames) {
                assertEquals("j", frame.get("request_id").asText());
                assertFalse(frame.has("seq"));
            }
            JsonNode joined = frames.get(1).get("data");
            assertFields(joined, "project_id", "session_id", "state", "last_seq", "epoch");
            assertEquals("", joined.get("session_id").asText("null"));
            assertEquals("IDLE", joined.get("state").asText());
            assertEquals(joined, frames.get(2).get("data"));
            assertEquals(frames.get(0).at("/data/epoch"), joined.get("epoch"));
        }
        stage.nothingElse(project, requester, member, watcher);
    }

    @Test
    @DisplayName("C2 project_leave: R project_leave, project_left; then nothing of the project any more")
    void leaves() throws Exception {
        String project = stage.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        for (int i = 0; i < 2; i++) { // also who has not joined
            requester.send("project_leave", project);
            List<JsonNode> frames = expect(requester, project, "project_leave", "project_left");
            for (JsonNode frame : frames) {
                assertFields(frame.get("data"), "project_id", "status");
                assertEquals("left", frame.at("/data/status").asText());
            }
        }
        member.execute(project, "hello");
        member.run();
        stage.settle(project);
        stage.nothingElse(project, requester, member);
    }

    @Test
    @DisplayName("C2 X6 agent_new_session: S project_state and the record session_reset, R the reset and its reply")
    void beginsANewSession() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        member.execute(project, "hello");
        List<JsonNode> run = member.run();
        String session = run.get(run.size() - 1).at("/data/session_id").asText();
        Client outside = stage.watcher();
        Client bystander = stage.client();
        outside.send("agent_new_session", project);
        List<JsonNode> frames = expect(outside, project, "session_reset", "agent_new_session");
        assertReset(frames.get(0), frames.get(1), session);
        frames = expect(member, project, "project_state", "session_reset");
        assertTrue(frames.get(0).at("/data/session_id").isNull());
        assertEquals("IDLE", frames.get(0).at("/data/state").asText());
        assertTrue(frames.get(1).has("seq"));
        member.send("agent_new_session", project);
        frames = expect(member, project, "project_state", "session_reset", "agent_new_session");
        assertReset(frames.get(1), frames.get(2), "");
        stage.nothingElse(project, member, outside, bystander);

        member.send("agent_new_session", project, data("session_id", "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001"));
        assertEquals(
                "session_id",
                assertCode("VALIDATION_FAILED", member.next())
                        .at("/details/field")
                        .asText());
        member.send("agent_new_session", project, data("session_id", session));
        frames = expect(member, project, "project_state", "session_reset", "agent_new_session");
        assertEquals(session, frames.get(0).at("/data/session_id").asText());
        member.execute(project, "[[session]]");
        assertEquals(session, idle(member).at("/data/session_id").asText());
        member.send("agent_new_session", project, data("session_id", session).put("fork", true));
        expect(member, project, "project_state", "session_reset", "agent_new_session");
        member.execute(project, "[[session]]");
        JsonNode forked = idle(member);
        assertNotEquals(session, forked.at("/data/session_id").asText(session));

        member.send("session_list", project);
        JsonNode sessions = expect(member, project, "session_list").get(0).get("data");
        assertFields(sessions, "project_id", "sessions");
        assertEquals(2, sessions.get("sessions").size());
        for (JsonNode one : sessions.get("sessions")) {
            assertFields(one, "session_id", "first_seq", "last_seq", "last_used", "first_prompt", "cost_usd?");
        }
        assertTrue(sessions.toString().contains(session) && sessions.toString().contains("\"first_prompt\":\"hello\""));
        stage.nothingElse(project, member);
    }

    private static JsonNode idle(Client client) throws Exception {
        List<JsonNode> frames = client.run();
        return frames.get(frames.size() - 1);
    }

    private static void assertReset(JsonNode record, JsonNode reply, String before) {
        assertTrue(record.has("seq"));
        assertFields(record.get("data"), "project_id", "reason", "timestamp");
        assertEquals("session_reset", record.at("/data/reason").asText());
        assertFalse(reply.has("seq"));
        assertFields(reply.get("data"), "project_id", "old_session_id", "status", "timestamp");
        assertEquals(before, reply.at("/data/old_session_id").asText());
        assertEquals("reset", reply.at("/data/status").asText());
    }

    @Test
    @DisplayName("C2 P1 project_configure: R its reply, S and L project_update")
    void configures() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        Client watcher = stage.watcher();
        Client requester = stage.watcher();
        Client bystander = stage.client();
        requester.send("project_configure", project, data("name", "another"));
        JsonNode reply = expect(requester, project, "project_configure").get(0);
        assertEquals("another", reply.at("/data/name").asText());
        for (Client client : List.of(member, watcher)) {
            JsonNode update = expect(client, project, "project_update").get(0).get("data");
            assertFields(update, "project_id", "update_type", "state", "path", "timestamp", "name", "executor");
            assertEquals("configured", update.get("update_type").asText());
            assertEquals("another", update.get("name").asText());
        }
        requester.send("project_configure", project, data("timeout_ms", 604_800_000));
        reply = expect(requester, project, "project_configure").get(0);
        assertFields(reply.get("data"), "project_id", "name", "executor", "timeout_ms", "timestamp");
        for (Client client : List.of(member, watcher)) {
            JsonNode update = expect(client, project, "project_update").get(0);
            assertEquals(604_800_000, update.at("/data/timeout_ms").asLong());
        }
        stage.nothingElse(project, requester, member, watcher, bystander);
        Client late = stage.client();
        late.send("project_join", project);
        JsonNode state = late.next("project_state");
        assertEquals("IDLE", state.at("/data/state").asText());
        assertEquals(604_800_000, state.at("/data/timeout_ms").asLong());
        requester.send("project_configure", project, data("timeout_ms", -1));
        reply = requester.until("project_configure");
        assertFields(reply.get("data"), "project_id", "name", "executor", "timestamp");
    }

    @Test
    @DisplayName("C2 S2 project_configure of the executor: the same frames; one that is not there runs nothing, "
            + "what is no name is refused, and so is any while the project executes")
    void configuresTheExecutor() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        Client watcher = stage.watcher();
        Client requester = stage.client();
        configureExecutor(project, "another", requester, member, watcher);
        requester.send("execute", project, data("prompt", "hello"));
        JsonNode away = assertCode("EXECUTOR_UNAVAILABLE", requester.next());
        assertFalse(away.at("/details/service").asText().isEmpty(), away.toString());
        assertTrue(away.at("/details/retry_after_ms").asInt() > 0, away.toString());
        requester.send("project_configure", project, data("executor", "no name"));
        assertEquals(
                "executor",
                assertCode("VALIDATION_FAILED", requester.next())
                        .at("/details/field")
                        .asText());
        stage.nothingElse(project, requester, member, watcher);

        configureExecutor(project, "claude", requester, member, watcher);
        member.execute(project, "[[hang]]");
        member.until("execute");
        requester.send("project_configure", project, data("executor", "another"));
        assertCode("PROCESS_ACTIVE", requester.next());
        requester.send("project_configure", project, data("executor", "claude")); // which changes nothing
        expect(requester, project, "project_configure");
        member.send("agent_kill", project);
        member.until("execution_killed");
        assertEquals(
                "claude", History.project(requester, project).get("executor").asText());
    }

    private static void configureExecutor(String project, String executor, Client requester, Client... others)
            throws Exception {
        requester.send("project_configure", project, data("executor", executor));
        assertEquals(
                executor,
                expect(requester, project, "project_configure")
                        .get(0)
                        .at("/data/executor")
                        .asText());
        for (Client client : others) {
            JsonNode update = expect(client, project, "project_update").get(0).get("data");
            assertEquals("configured", update.get("update_type").asText());
            assertEquals(executor, update.get("executor").asText());
        }
    }

    @Test
    @DisplayName("H1 C2 health_check and health: the reply mirrors the request")
    void tellsHealth() throws Exception {
        Client client = stage.client();
        awaitVersion(client);
        for (String type : List.of("health_check", "health")) {
            client.sendText("{\"type\":\"" + type + "\",\"request_id\":\"h\"}");
            JsonNode reply = client.next(type.equals("health") ? "health_status" : "health_check");
            assertEquals("h", reply.get("request_id").asText());
            JsonNode data = reply.get("data");
            assertFields(
                    data,
                    "status",
                    "uptime",
                    "version",
                    "connections",
                    "projects",
                    "resources",
                    "claude",
                    "timestamp",
                    "checks");
            assertFields(data.get("connections"), "active", "limit");
            assertFields(data.get("projects"), "count", "limit", "executing");
            assertFields(data.get("resources"), "cpu_percent", "memory_mb", "threads", "disk_free_gb");
            assertFields(data.get("claude"), "available", "version");
            assertTrue(data.at("/claude/available").asBoolean());
            assertTrue(data.at("/uptime").isIntegralNumber());
            assertCheck(data, "cpu", "usage_percent", "cores");
            assertCheck(data, "memory", "total_mb", "available_mb", "used_percent");
            assertCheck(data, "disk", "path", "total_gb", "free_gb", "used_percent");
            assertCheck(data, "claude_cli", "path", "resolved_path", "version");
        }
    }

    /** The agent's program is asked for its version in the background, and health is a sample of some seconds ago. */
    private static void awaitVersion(Client client) throws Exception {
        for (int i = 0; i < 300; i++) {
            client.send("health", Client.data());
            if (client.next("health_status").at("/data/claude/version").isTextual()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        fail("the version of the agent's program is not told");
    }

    private static void assertCheck(JsonNode health, String name, String... figures) {
        JsonNode check = health.at("/checks/" + name);
        assertTrue(
                List.of("healthy", "warning", "critical", "error")
                        .contains(check.path("status").asText()),
                name);
        for (String figure : figures) {
            assertTrue(check.has(figure), name + "." + figure);
        }
    }

    @Test
    @DisplayName("C2 heartbeat and ping: no reply")
    void beats() throws Exception {
        String project = stage.project();
        Client client = stage.client();
        client.sendText("{\"type\":\"heartbeat\",\"request_id\":1}");
        client.sendText("{\"type\":\"ping\"}");
        client.sendText("{\"type\":\"ping\",\"data\":{\"project_id\":\"" + project + "\"}}");
        stage.nothingElse(project, client);
    }

    @Test
    @DisplayName("C5 C2 auth: R auth with name and role; a wrong token UNAUTHORIZED and 1008")
    void authenticates() throws Exception {
        try (Client client = Client.connect(stage.server().webSocket())) {
            client.sendText("{\"type\":\"auth\",\"request_id\":\"a\",\"data\":{\"token\":\""
                    + stage.server().token() + "\"}}");
            JsonNode reply = client.next("auth");
            assertEquals("a", reply.get("request_id").asText());
            assertFields(reply.get("data"), "name", "role");
            assertEquals("admin", reply.at("/data/role").asText());
            client.send("auth", data("token", "wrong"));
            assertCode("UNAUTHORIZED", client.next());
            assertEquals(1008, client.closeCode());
        }
    }

    @Test
    @DisplayName("C2 hello: what the server can do, and what this client may")
    void greets() throws Exception {
        Client client = stage.client();
        client.sendText("{\"type\":\"hello\",\"request_id\":\"x\",\"data\":{\"capabilities\":[\"permissions\"]}}");
        JsonNode reply = client.next("hello");
        assertEquals("x", reply.get("request_id").asText());
        assertFields(reply.get("data"), "protocol", "server_version", "capabilities", "limits", "role");
        assertEquals("admin", reply.at("/data/role").asText());
        assertTrue(reply.at("/data/capabilities").toString().contains("\"replay\""));
    }

    @Test
    @DisplayName("C2 hello, health, get_messages, session_list: R its reply, nobody else anything")
    void repliesToTheRequesterOnly() throws Exception {
        String project = stage.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        Client watcher = stage.watcher();
        for (String type : List.of("hello", "health", "health_check", "get_messages", "session_list")) {
            requester.send(type, project);
            requester.next(type.equals("health") ? "health_status" : type);
        }
        stage.nothingElse(project, requester, member, watcher);
    }

    @Test
    @DisplayName("H2 C2 server_stats comes by itself, to everybody, with numbers at the top")
    void ticks() throws Exception {
        Client client = stage.client();
        for (int i = 0; i < 2; i++) {
            JsonNode stats = nextAside(client, "server_stats").get("data");
            for (String name : List.of("connections", "projects", "uptime")) {
                assertTrue(stats.path(name).isNumber(), name);
            }
            assertFields(stats.get("executions"), "active", "total", "success", "failed", "avg_duration_ms");
            assertFields(stats.get("messages"), "sent", "received", "rate_per_sec");
        }
    }

    private static JsonNode nextAside(Client client, String type) throws Exception {
        JsonNode frame = client.nextAside();
        while (!frame.get("type").asText().equals(type)) {
            frame = client.nextAside();
        }
        return frame;
    }

    @Test
    @DisplayName(
            "C3 C2 connection_health: a client that does not answer pings is told that it looks stale, nobody else is")
    void tellsTheConnectionsHealth() throws Exception {
        String project = stage.project();
        Client bystander = stage.watcher();
        try (DeafClient client = new DeafClient(stage.server())) {
            JsonNode frame = client.until("connection_health");
            assertFields(frame.get("data"), "status", "session_id", "ping_ms", "queued_bytes");
            assertEquals("stale", frame.at("/data/status").asText());
            assertTrue(frame.at("/data/ping_ms").isNull());
            stage.nothingElse(project, bystander);
            String session = frame.at("/data/session_id").asText();
            for (JsonNode aside : bystander.receivedAsides()) {
                assertNotEquals(session, aside.at("/data/session_id").asText());
            }
        }
    }

    @Test
    @DisplayName("C1 C2 a project is named in the envelope, in data, or by the only join")
    void namesProjects() throws Exception {
        String one = stage.project();
        String two = stage.project();
        Client client = stage.client();
        String bare = "{\"type\":\"get_messages\"}";
        client.sendText(bare);
        assertEquals(
                "project_id",
                assertCode("VALIDATION_FAILED", client.next())
                        .at("/details/field")
                        .asText());
        client.sendText("{\"type\":\"get_messages\",\"data\":{\"project_id\":\"" + one + "\"}}");
        expect(client, one, "get_messages");
        client.sendText(request("get_messages", one, data("project_id", one)).toString());
        expect(client, one, "get_messages");
        client.sendText(request("get_messages", one, data("project_id", two)).toString());
        assertCode("VALIDATION_FAILED", client.next());
        client.join(one);
        client.sendText(bare);
        expect(client, one, "get_messages");
        client.sendText("{\"type\":\"get_messages\",\"data\":null,\"more\":[1]}");
        expect(client, one, "get_messages");
        client.join(two);
        client.sendText(bare);
        assertCode("VALIDATION_FAILED", client.next());
        client.send("project_leave", one);
        expect(client, one, "project_leave", "project_left");
        client.sendText(bare);
        expect(client, two, "get_messages");
        stage.nothingElse(two, client);
    }
}
