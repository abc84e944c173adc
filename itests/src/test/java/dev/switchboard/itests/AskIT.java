package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.assertFields;
import static dev.switchboard.itests.Stage.data;
import static dev.switchboard.itests.Stage.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

/** What a run waits for, and for how long: answers of people, and its time limits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AskIT {
    @TempDir
    static Path directory;

    private Stage stage;

    @BeforeAll
    void start() throws Exception {
        // Silence is cut off before the run's time is over, and both before a question's: so it is seen that waiting
        // for an
        // answer counts toward neither.
        stage = Stage.open(
                directory,
                Map.of(
                        "TIMEOUTS_SILENCE_SECONDS", "10",
                        "TIMEOUTS_EXECUTION_SECONDS", "13",
                        "TIMEOUTS_PERMISSION_SECONDS", "16"));
    }

    @AfterEach
    void closeClients() {
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private static void ask(Client client, String project, String prompt) throws Exception {
        client.send("execute", project, data("prompt", prompt).set("options", data("ask", "remote")));
    }

    private static void limited(Client client, String project, String prompt, int millis) throws Exception {
        client.send("execute", project, data("prompt", prompt).set("options", data("timeout_ms", millis)));
    }

    private static String write(String file) {
        return "[[ask tool=Write path=" + file + " content=\"hello\"]]";
    }

    private static ObjectNode answer(JsonNode question, String decision) {
        return data("permission_id", question.at("/data/permission_id").asText())
                .put("decision", decision);
    }

    private static JsonNode last(List<JsonNode> frames) {
        return frames.get(frames.size() - 1);
    }

    /** A project, in a directory that is known. */
    private record Place(String project, Path path) {}

    private Place place() throws Exception {
        Path path = stage.directory();
        return new Place(stage.client().create(path.toString()), path);
    }

    @Test
    @DisplayName("X7 C2 a question is asked of all, answered once, and who joins meanwhile sees it")
    void asksAndIsAllowed() throws Exception {
        Place place = place();
        String project = place.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        ask(requester, project, write("a.txt"));
        JsonNode question = member.until("permission_request");
        assertTrue(question.has("seq"));
        assertFields(
                question.get("data"),
                "permission_id",
                "tool_name",
                "input",
                "description?",
                "suggestions?",
                "expires_at?");
        assertEquals("Write", question.at("/data/tool_name").asText());
        assertEquals(question, requester.until("permission_request"));
        Client late = stage.client();
        late.send("project_join", project);
        JsonNode state = expect(late, project, "project_state", "project_join", "project_joined")
                .get(0);
        assertEquals("EXECUTING", state.at("/data/state").asText());
        assertEquals(question.get("data"), state.at("/data/pending_permissions/0"));
        assertFalse(Files.exists(place.path().resolve("a.txt")));

        late.send("permission_response", project, answer(question, "allow"));
        JsonNode resolved = expect(late, project, "permission_resolved", "permission_response")
                .get(0);
        assertFields(resolved.get("data"), "permission_id", "decision", "by");
        assertEquals("allow", resolved.at("/data/decision").asText());
        assertTrue(resolved.has("seq"));
        for (Client client : List.of(requester, member)) {
            assertEquals(resolved, client.next("permission_resolved"));
            assertEquals("IDLE", last(client.rest()).at("/data/state").asText());
        }
        late.rest();
        assertEquals("hello", Files.readString(place.path().resolve("a.txt")));
        member.send("permission_response", project, answer(question, "deny"));
        assertEquals(
                "permission_id",
                assertCode("VALIDATION_FAILED", member.next())
                        .at("/details/field")
                        .asText());
        assertFalse(stage.client().join(project).get("data").has("pending_permissions"));
        stage.settle(project);
        stage.nothingElse(project, requester, member, late);
    }

    @Test
    @DisplayName("X7 C2 an operator who has not joined may answer, and gets nothing but the reply to that")
    void isAnsweredFromOutside() throws Exception {
        Place place = place();
        String project = place.project();
        Client requester = stage.member(project);
        Client operator = stage.client(stage.token("operator"));
        ask(requester, project, write("i.txt"));
        JsonNode question = requester.until("permission_request");
        operator.send("permission_response", project, answer(question, "allow"));
        JsonNode reply = expect(operator, project, "permission_response").get(0);
        assertEquals(question.at("/data/permission_id"), reply.at("/data/permission_id"));
        assertEquals("allow", reply.at("/data/decision").asText());
        JsonNode resolved = requester.next("permission_resolved");
        assertEquals("allow", resolved.at("/data/decision").asText());
        assertEquals("operator", resolved.at("/data/by").asText());
        assertEquals("IDLE", last(requester.rest()).at("/data/state").asText());
        assertTrue(Files.exists(place.path().resolve("i.txt")));
        stage.settle(project);
        stage.nothingElse(project, operator, requester);
    }

    @Test
    @DisplayName("X7 a denied question: the tool is not used, the run goes on; a remembered answer is not asked again")
    void denies() throws Exception {
        Place place = place();
        Client client = stage.member(place.project());
        ask(client, place.project(), write("b.txt"));
        JsonNode question = client.until("permission_request");
        client.send(
                "permission_response", place.project(), answer(question, "deny").put("message", "not today"));
        assertEquals(
                "deny", client.next("permission_resolved").at("/data/decision").asText());
        List<JsonNode> rest = client.rest();
        assertTrue(rest.toString().contains("not today"));
        assertFalse(Files.exists(place.path().resolve("b.txt")));

        ask(client, place.project(), write("c.txt") + " " + write("d.txt"));
        question = client.until("permission_request");
        client.send(
                "permission_response",
                place.project(),
                answer(question, "allow").put("remember", true));
        rest = client.rest();
        assertEquals("IDLE", last(rest).at("/data/state").asText());
        assertFalse(rest.stream().anyMatch(frame -> frame.get("type").asText().equals("permission_request")));
        assertTrue(Files.exists(place.path().resolve("c.txt"))
                && Files.exists(place.path().resolve("d.txt")));
    }

    @Test
    @DisplayName("X7 a changed input is what the tool gets; one that is not an object is refused")
    void changesTheInput() throws Exception {
        Place place = place();
        Client client = stage.member(place.project());
        ask(client, place.project(), write("e.txt"));
        JsonNode question = client.until("permission_request");
        client.send(
                "permission_response",
                place.project(),
                answer(question, "allow").put("updated_input", 7));
        assertCode("VALIDATION_FAILED", client.next());
        client.send("permission_response", place.project(), answer(question, "maybe"));
        assertCode("VALIDATION_FAILED", client.next());
        ObjectNode changed = question.at("/data/input").deepCopy();
        changed.put("content", "changed");
        client.send(
                "permission_response",
                place.project(),
                answer(question, "allow").set("updated_input", changed));
        client.rest();
        assertEquals("changed", Files.readString(place.path().resolve("e.txt")));
    }

    @Test
    @DisplayName("X7 a kill withdraws the question: permission_resolved before IDLE")
    void withdraws() throws Exception {
        Place place = place();
        Client client = stage.member(place.project());
        ask(client, place.project(), write("f.txt"));
        client.until("permission_request");
        client.send("agent_kill", place.project());
        List<JsonNode> rest = client.rest();
        List<JsonNode> resolved = rest.stream()
                .filter(frame -> frame.get("type").asText().equals("permission_resolved"))
                .toList();
        assertEquals(1, resolved.size());
        assertFalse(resolved.get(0).at("/data/decision").asText().equals("allow"));
        assertEquals("IDLE", last(rest).at("/data/state").asText());
        expect(client, place.project(), "process_killed", "agent_kill", "execution_killed");
        assertFalse(last(rest).get("data").has("pending_permissions"));
        stage.nothingElse(place.project(), client);
    }

    @Test
    @DisplayName("X7 who cannot answer is not asked: denied at once; a client that says it can is asked")
    void asksOnlyWhoCanAnswer() throws Exception {
        Place place = place();
        Client client = stage.member(place.project());
        client.execute(place.project(), write("g.txt"));
        List<JsonNode> frames = client.run();
        assertFalse(frames.toString().contains("permission_re"));
        assertEquals("IDLE", last(frames).at("/data/state").asText());
        assertFalse(Files.exists(place.path().resolve("g.txt")));
        client.sendText("{\"type\":\"hello\",\"data\":{\"capabilities\":[\"permissions\"]}}");
        client.next("hello");
        client.execute(place.project(), write("g.txt"));
        JsonNode question = client.until("permission_request");
        client.send("permission_response", place.project(), answer(question, "allow"));
        client.rest();
        assertTrue(Files.exists(place.path().resolve("g.txt")));
    }

    @Test
    @DisplayName(
            "X5 X7 silence, a run that takes too long, a limit of one's own or the project's, a question nobody answers: each in its"
                    + " time; a run without a limit goes on")
    void endsInTime() throws Exception {
        Client client = stage.client();
        Map<String, String> projects = new HashMap<>();
        for (String what : List.of("silent", "long", "short", "project", "endless", "asking")) {
            String project = stage.project();
            projects.put(project, what);
            client.join(project);
            if (what.equals("project")) {
                client.send("project_configure", project, data("timeout_ms", 200));
                client.until("project_configure");
            }
        }
        for (Map.Entry<String, String> entry : projects.entrySet()) {
            switch (entry.getValue()) {
                // With time enough, so that it is silence that ends it, however late its last word comes.
                case "silent" -> limited(client, entry.getKey(), "[[hang]]", 120_000);
                case "long" -> client.execute(entry.getKey(), "[[slow lines=1000 every=100ms]]");
                case "short" -> limited(client, entry.getKey(), "[[slow lines=1000 every=100ms]]", 100);
                case "project" -> client.execute(entry.getKey(), "[[slow lines=1000 every=100ms]]");
                case "endless" -> limited(client, entry.getKey(), "[[slow lines=1000 every=100ms]]", 0);
                default -> ask(client, entry.getKey(), write("h.txt"));
            }
        }
        Map<String, String> ends = new HashMap<>();
        while (ends.size() < projects.size() - 1) {
            JsonNode frame = client.next();
            String what = projects.get(frame.get("project_id").asText());
            if (frame.get("type").asText().equals("error")) {
                JsonNode error = assertCode("EXECUTION_TIMEOUT", frame);
                assertTrue(error.get("message").asText().contains("timed out"));
                assertEquals(
                        what.equals("project"), error.get("message").asText().contains("after 200 ms"));
                assertEquals(
                        what.equals("silent"), error.get("message").asText().contains("silent"));
            }
            if (frame.get("type").asText().equals("permission_resolved")) {
                assertEquals("asking", what);
                assertEquals("deny", frame.at("/data/decision").asText());
                assertEquals("server", frame.at("/data/by").asText());
            }
            Client.stateOf(frame).filter(state -> !state.equals("EXECUTING")).ifPresent(state -> ends.put(what, state));
        }
        assertEquals(
                Map.of("silent", "ERROR", "long", "ERROR", "short", "ERROR", "project", "ERROR", "asking", "IDLE"),
                ends);
        // By now the server's limit would have ended it.
        String endless = projects.entrySet().stream()
                .filter(entry -> entry.getValue().equals("endless"))
                .findFirst()
                .orElseThrow()
                .getKey();
        client.send("agent_kill", endless);
        client.until("execution_killed");
    }
}
