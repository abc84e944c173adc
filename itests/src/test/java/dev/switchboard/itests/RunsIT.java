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

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of section 2 that are about runs, in all outcomes: who gets which frames, in which order, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunsIT {
    @TempDir
    static Path directory;

    private Stage stage;

    @BeforeAll
    void start() throws Exception {
        // A slow machine's agent must not be taken for one that does not obey an interrupt.
        stage = Stage.open(directory, Map.of("TIMEOUTS_KILL_GRACE_MS", "6000"));
    }

    @AfterEach
    void closeClients() {
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private static List<String> texts(List<JsonNode> frames) {
        return frames.stream().map(JsonNode::toString).toList();
    }

    private static JsonNode last(List<JsonNode> frames) {
        return frames.get(frames.size() - 1);
    }

    private static List<JsonNode> withoutReplies(List<JsonNode> frames) {
        return frames.stream().filter(frame -> frame.has("seq")).toList();
    }

    /** Records without a hole, of one run: EXECUTING, prompt, the agent's, and IDLE or error and ERROR. */
    private static void assertRun(List<JsonNode> records, String project, String prompt, String end) {
        long first = records.get(0).get("seq").asLong();
        String run = records.get(0).at("/data/execution_id").asText();
        for (int i = 0; i < records.size(); i++) {
            JsonNode record = records.get(i);
            assertEquals(first + i, record.get("seq").asLong());
            assertEquals(project, record.get("project_id").asText());
            assertFalse(record.has("replay"));
        }
        assertEquals("EXECUTING", Client.stateOf(records.get(0)).orElseThrow());
        assertFalse(run.isEmpty());
        JsonNode second = records.get(1);
        assertEquals("prompt", second.get("type").asText());
        assertFields(second.get("data"), "execution_id", "by", "prompt");
        assertEquals(run, second.at("/data/execution_id").asText());
        assertEquals(prompt, second.at("/data/prompt").asText());
        assertEquals("initial", second.at("/data/by").asText());
        assertEquals(end, Client.stateOf(last(records)).orElseThrow());
        assertEquals(run, last(records).at("/data/execution_id").asText());
        int tail = end.equals("ERROR") ? 2 : 1;
        for (JsonNode record : records.subList(2, records.size() - tail)) {
            String type = record.get("type").asText();
            assertTrue(List.of("agent_message", "project_update").contains(type), type);
        }
    }

    @Test
    @DisplayName("C2 X1 execute: the frames of a run, byte for byte the same for R and S; L its states; others nothing")
    void showsARun() throws Exception {
        String project = stage.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        Client watcher = stage.watcher();
        Client bystander = stage.client();
        requester.sendText(request("execute", project, data("prompt", "hello"))
                .put("request_id", "e")
                .toString());
        List<JsonNode> seen = member.run();
        List<JsonNode> own = requester.run();
        JsonNode ack = own.get(2);
        assertEquals("execute", ack.get("type").asText());
        assertEquals("e", ack.get("request_id").asText());
        assertFields(ack.get("data"), "project_id", "status", "execution_id", "timestamp");
        assertEquals("started", ack.at("/data/status").asText());
        assertEquals(seen.get(0).at("/data/execution_id"), ack.at("/data/execution_id"));
        assertEquals(texts(seen), texts(withoutReplies(own)));
        assertEquals(own.size() - 1, seen.size());
        assertRun(seen, project, "hello", "IDLE");
        JsonNode session = seen.stream()
                .filter(frame -> frame.get("type").asText().equals("project_update"))
                .findFirst()
                .orElseThrow()
                .get("data");
        assertFields(session, "project_id", "update_type", "state", "path", "timestamp", "session_id");
        assertEquals("session", session.get("update_type").asText());
        assertEquals(session.get("session_id"), last(seen).at("/data/session_id"));
        for (String state : List.of("EXECUTING", "IDLE")) {
            JsonNode update = expect(watcher, project, "project_update").get(0).get("data");
            assertFields(update, "project_id", "update_type", "state", "path", "timestamp");
            assertEquals("state", update.get("update_type").asText());
            assertEquals(state, update.get("state").asText());
        }
        stage.settle(project);
        stage.nothingElse(project, requester, member, watcher, bystander);
    }

    @Test
    @DisplayName(
            "C2 who executes without having joined gets that run, and nothing of the next one or of what others do")
    void showsItsOwnRun() throws Exception {
        String project = stage.project();
        Client requester = stage.client();
        Client member = stage.member(project);
        for (int i = 0; i < 3; i++) {
            requester.execute(project, "[[tools 1]]");
            // As soon as the end is seen, the next run begins: it is not the requester's.
            List<JsonNode> seen = member.run();
            member.execute(project, "[[say]]");
            List<JsonNode> own = requester.run();
            assertEquals("execute", own.get(2).get("type").asText());
            assertEquals(texts(seen), texts(withoutReplies(own)));
            member.run();
            member.send("project_configure", project, data("name", "name " + i));
            expect(member, project, "project_update", "project_configure");
            stage.nothingElse(project, requester);
        }
    }

    @Test
    @DisplayName("C2 execute, refused: R an error, nobody anything else, and no record")
    void refuses() throws Exception {
        String project = stage.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        requester.send("execute", project, data("prompt", " "));
        assertEquals(
                "prompt",
                assertCode("VALIDATION_FAILED", requester.next())
                        .at("/details/field")
                        .asText());
        requester.send("execute", project, data("prompt", "x").set("options", data("speed", 9)));
        assertEquals(
                "options.speed",
                assertCode("VALIDATION_FAILED", requester.next())
                        .at("/details/field")
                        .asText());
        stage.nothingElse(project, requester, member);
        requester.send("get_messages", project);
        assertEquals(
                0, requester.next("get_messages").at("/data/metadata/total").asInt());
        requester.execute(project, "[[hang]]");
        List<JsonNode> begin = expect(requester, project, "project_state", "prompt", "execute");
        for (String type : List.of("execute", "agent_new_session", "project_delete")) {
            member.send(type, project, data("prompt", "x"));
            JsonNode frame = member.until(next -> next.get("type").asText().equals("error"));
            JsonNode error = assertCode("PROCESS_ACTIVE", frame);
            assertEquals(begin.get(0).at("/data/execution_id"), error.at("/details/execution_id"));
            assertEquals(type, error.at("/details/message_type").asText());
        }
        requester.send("agent_kill", project);
        requester.until("execution_killed");
        member.until("process_killed");
        stage.nothingElse(project, requester, member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[api-error status=500]]",
                "[[max-turns 1]]",
                "[[exit code=0 stderr=\"gone\"]]",
                "[[crash mid-line code=3]]",
                "[[crash signal=KILL]]"
            })
    @DisplayName("C2 X4 execute, failed: the agent's lines, error, ERROR; a later join shows IDLE; the next run runs")
    void fails(String prompt) throws Exception {
        String project = stage.project();
        Client requester = stage.member(project);
        Client member = stage.member(project);
        Client watcher = stage.watcher();
        requester.execute(project, prompt);
        List<JsonNode> own = requester.run();
        List<JsonNode> records = withoutReplies(own);
        assertEquals(own.size() - 1, records.size());
        assertEquals(texts(records), texts(member.run()));
        assertRun(records, project, prompt, "ERROR");
        JsonNode error = records.get(records.size() - 2);
        JsonNode facts = assertCode("EXECUTION_FAILED", error).get("details");
        assertTrue(facts.has("stderr_tail"), facts.toString());
        if (prompt.contains("code=")) {
            int code = prompt.contains("code=3") ? 3 : 0;
            assertEquals(code, facts.get("exit_code").asInt(-1));
            assertTrue(!prompt.contains("gone")
                    || facts.get("stderr_tail").asText().contains("gone"));
        }
        JsonNode details = last(records).at("/data/error_details");
        assertFields(details, "code", "message", "at");
        assertEquals("EXECUTION_FAILED", details.get("code").asText());
        Client late = stage.client();
        late.send("project_join", project);
        List<JsonNode> joined = expect(late, project, "project_state", "project_join", "project_joined");
        assertEquals("IDLE", joined.get(0).at("/data/state").asText());
        assertEquals(details, joined.get(0).at("/data/error_details"));
        assertEquals("IDLE", joined.get(1).at("/data/state").asText());
        requester.execute(project, "hello");
        JsonNode idle = last(requester.run());
        assertEquals("IDLE", idle.at("/data/state").asText());
        assertFalse(idle.get("data").has("error_details"));
        late.run();
        member.run();
        for (String state : List.of("EXECUTING", "ERROR", "EXECUTING", "IDLE")) {
            JsonNode update = expect(watcher, project, "project_update").get(0);
            assertEquals(state, update.at("/data/state").asText());
        }
        stage.settle(project);
        stage.nothingElse(project, requester, member, late, watcher);
    }

    @Test
    @DisplayName("C2 X4 who executes without having joined gets the failure like a member, and nothing of the next run")
    void showsItsOwnFailure() throws Exception {
        String project = stage.project();
        Client requester = stage.client();
        Client member = stage.member(project);
        requester.execute(project, "[[crash mid-line code=3]]");
        List<JsonNode> seen = member.run();
        member.execute(project, "[[say]]");
        List<JsonNode> own = requester.run();
        assertEquals("execute", own.get(2).get("type").asText());
        assertEquals(texts(seen), texts(withoutReplies(own)));
        assertRun(seen, project, "[[crash mid-line code=3]]", "ERROR");
        assertCode("EXECUTION_FAILED", seen.get(seen.size() - 2));
        member.run();
        stage.settle(project);
        stage.nothingElse(project, requester, member);
    }

    @Test
    @DisplayName("C2 X4 X6 agent_kill: S IDLE, process_killed; R the two replies too; the next run resumes the session")
    void kills() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        Client killer = stage.client();
        Client bystander = stage.client();
        member.execute(project, "hello");
        String session = last(member.run()).at("/data/session_id").asText();
        for (boolean joined : List.of(false, true)) {
            Client requester = joined ? member : killer;
            member.execute(project, "[[hang]]");
            member.until("execute");
            requester.send("agent_kill", project);
            JsonNode idle = member.until(frame -> Client.stateOf(frame).isPresent());
            assertEquals("IDLE", idle.at("/data/state").asText());
            JsonNode killed = expect(member, project, "process_killed").get(0);
            assertTrue(killed.has("seq"));
            assertEquals("process_killed", killed.at("/data/reason").asText());
            List<JsonNode> replies = expect(requester, project, "agent_kill", "execution_killed");
            assertFields(replies.get(0).get("data"), "project_id", "status", "timestamp");
            assertEquals("killed", replies.get(0).at("/data/status").asText());
            assertFields(replies.get(1).get("data"), "project_id", "reason", "timestamp");
            assertFields(killed.get("data"), "project_id", "reason", "timestamp");
            requester.send("agent_kill", project);
            assertCode("PROCESS_NOT_FOUND", requester.next());
        }
        stage.nothingElse(project, member, killer, bystander);
        member.execute(project, "[[args]]");
        assertTrue(arguments(member.run()).contains("--resume=" + session));
    }

    @Test
    @DisplayName("C2 X7 agent_interrupt: S IDLE, R its reply; the session stays")
    void interrupts() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        Client requester = stage.client();
        member.execute(project, "[[wait for=5m]]");
        member.until(frame -> frame.at("/data/subtype").asText().equals("init"));
        requester.send("agent_interrupt", project);
        List<JsonNode> rest = member.rest();
        assertEquals("IDLE", last(rest).at("/data/state").asText());
        JsonNode reply = expect(requester, project, "agent_interrupt").get(0);
        assertFields(reply.get("data"), "project_id", "status", "timestamp");
        assertEquals("interrupted", reply.at("/data/status").asText());
        requester.send("agent_interrupt", project);
        assertCode("PROCESS_NOT_FOUND", requester.next());
        member.execute(project, "[[args]]");
        List<JsonNode> next = member.run();
        assertEquals(last(rest).at("/data/session_id"), last(next).at("/data/session_id"));
        String begunWith = "--session-id=" + last(rest).at("/data/session_id").asText();
        assertTrue(arguments(next).contains(begunWith), "the process that the session began with is still there");
        stage.nothingElse(project, member, requester);
    }

    @Test
    @DisplayName("C2 X7 pieces of lines: without seq, before their line, and only to who asked")
    void showsPieces() throws Exception {
        String project = stage.project();
        Client member = stage.member(project);
        Client requester = stage.client();
        requester.send(
                "execute",
                project,
                data("prompt", "[[stream words=20 every=5ms]]").set("options", data("include_partial_messages", true)));
        List<JsonNode> own = requester.run();
        List<JsonNode> seen = member.run();
        assertEquals(texts(seen), texts(withoutReplies(own)));
        List<JsonNode> pieces = own.stream()
                .filter(frame -> frame.at("/data/type").asText().equals("stream_event"))
                .toList();
        assertTrue(pieces.size() > 20, pieces.size() + " pieces");
        assertTrue(pieces.stream().noneMatch(frame -> frame.has("seq")));
        int finished = own.indexOf(own.stream()
                .filter(frame -> frame.at("/data/type").asText().equals("assistant"))
                .findFirst()
                .orElseThrow());
        assertTrue(own.indexOf(pieces.get(0)) < finished);
        stage.settle(project);
        stage.nothingElse(project, requester, member);
    }

    @Test
    @DisplayName("C2 one connection to three projects, with a run in each at once, tells them apart")
    void tellsProjectsApart() throws Exception {
        Client client = stage.client();
        Map<String, List<JsonNode>> frames = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            String project = stage.project();
            client.join(project);
            frames.put(project, new ArrayList<>());
        }
        for (String project : frames.keySet()) {
            client.execute(project, "[[slow lines=10 every=10ms]] [[say text=\"" + project + "\"]]");
        }
        int running = 3;
        while (running > 0) {
            JsonNode frame = client.next();
            frames.get(frame.get("project_id").asText()).add(frame);
            running -= Client.stateOf(frame).filter("IDLE"::equals).isPresent() ? 1 : 0;
        }
        frames.forEach((project, own) -> {
            String prompt = "[[slow lines=10 every=10ms]] [[say text=\"" + project + "\"]]";
            assertRun(withoutReplies(own), project, prompt, "IDLE");
            assertEquals(own.get(2).at("/data/project_id").asText(), project);
            assertTrue(own.stream()
                    .anyMatch(frame ->
                            frame.at("/data/message/content/0/text").asText().equals(project)));
            frames.keySet().stream()
                    .filter(other -> !other.equals(project))
                    .forEach(other -> assertFalse(own.toString().contains(other)));
        });
        assertNotEquals(0, frames.size());
    }

    /** What the mock says it was started with. */
    static List<String> arguments(List<JsonNode> frames) throws Exception {
        for (JsonNode frame : frames) {
            String text = frame.at("/data/message/content/0/text").asText();
            if (frame.at("/data/type").asText().equals("assistant") && text.startsWith("[")) {
                List<String> words = new ArrayList<>();
                Client.JSON.readTree(text).forEach(word -> words.add(word.asText()));
                return words;
            }
        }
        throw new AssertionError("no arguments in " + frames);
    }
}
