package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One story with a real server, in which a message of every type is sent or comes, and looks as it always did. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GoldenFramesIT {
    @TempDir
    static Path directory;

    private final Normalizer normalizer = new Normalizer();
    private final GoldenFiles golden = new GoldenFiles(normalizer);
    private Server server;
    private Client ada;
    private Client watcher;
    private String project;

    @Test
    @DisplayName("D3 messages of every type, in both directions, are those of the golden files")
    void tellsTheStory() throws Exception {
        Path hello = Files.createDirectories(directory.resolve("hello")).toRealPath();
        try (Server started = new Server(directory.resolve("data"))
                .set("STATS_SECONDS", "1")
                .set("TIMEOUTS_PING_SECONDS", "1")
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start()) {
            server = started;
            normalizer
                    .replace(hello.toString(), "/home/ada/hello")
                    .replace(server.dataDir().toString(), "/home/ada/.switchboard")
                    .replace(Distribution.home().toString(), "/opt/switchboard");
            try (Client first = Client.connect(server.webSocket());
                    Client second = server.connect()) {
                ada = first;
                watcher = second;
                meet();
                createProject(hello);
                run();
                answerQuestion();
                stop();
                queue();
                changeSession();
                readAgain();
                fail();
                leave();
                lookAtServer();
            }
            golden.finish();
        }
    }

    private static ObjectNode data() {
        return Client.data();
    }

    private static ObjectNode message(String type) {
        return Client.JSON.createObjectNode().put("type", type);
    }

    private JsonNode about(String type, ObjectNode data) {
        ObjectNode request = message(type).put("project_id", project);
        return data.isEmpty() ? request : request.set("data", data);
    }

    private void ask(JsonNode request, String variant) throws Exception {
        golden.request(request, variant);
        ada.sendText(request.toString());
    }

    private JsonNode expect(String type, String variant) throws Exception {
        JsonNode frame = ada.next(type);
        golden.frame(frame, variant);
        return frame;
    }

    private void meet() throws Exception {
        ObjectNode auth = message("auth").put("request_id", "1");
        auth.putObject("data").put("token", server.token());
        // The token itself is in no file.
        ObjectNode shown = auth.deepCopy();
        shown.withObject("/data").put("token", "swb_…");
        golden.request(shown, "");
        ada.sendText(auth.toString());
        expect("auth", "");
        ObjectNode hello = message("hello");
        hello.putObject("data").putArray("capabilities").add("permissions");
        ask(hello, "");
        JsonNode answer = ada.next("hello");
        normalizer.replace(answer.at("/data/server_version").asText(), "1.0.0");
        golden.frame(answer, "");
        ask(message("ping"), "");
        ask(message("heartbeat"), "");
        watcher.send("project_list", data());
        watcher.next("project_list");
    }

    private void createProject(Path hello) throws Exception {
        ObjectNode create = message("project_create").put("request_id", 42);
        create.putObject("data").put("path", hello.toString()).put("name", "Hello");
        ask(create, "");
        project = expect("project_state", "created").get("project_id").asText();
        golden.frame(watcher.next("project_update"), "created");
        ask(about("project_join", data()), "");
        expect("project_state", "joined");
        expect("project_join", "");
        expect("project_joined", "");
    }

    private void run() throws Exception {
        ObjectNode data = data().put("prompt", "Hello, who are you?");
        data.putObject("options").put("model", "opus").put("max_turns", 5).put("timeout_ms", 60_000);
        ask(about("execute", data), "");
        expect("project_state", "executing");
        expect("prompt", "");
        expect("execute", "");
        golden.frame(ada.until("project_update"), "session");
        golden.frame(ada.until(frame -> frame.at("/data/type").asText().equals("assistant")), "assistant");
        golden.frame(ada.until(frame -> frame.at("/data/type").asText().equals("result")), "result");
        expect("project_state", "idle");
        golden.frame(watcher.until("project_update"), "state");
    }

    private void answerQuestion() throws Exception {
        ObjectNode data = data();
        data.putArray("prompt")
                .addObject()
                .put("type", "text")
                .put("text", "[[ask tool=Write path=a.txt content=hello]]");
        ask(about("execute", data), "blocks");
        JsonNode question = ada.until("permission_request");
        golden.frame(question, "");
        String id = question.at("/data/permission_id").asText();
        ask(about("permission_response", data().put("permission_id", id).put("decision", "allow")), "");
        golden.frame(ada.until("permission_resolved"), "");
        golden.frame(ada.until("permission_response"), "");
        ada.rest();
    }

    private void stop() throws Exception {
        ada.execute(project, "[[hang]]");
        ada.until("execute");
        ada.until("agent_message");
        ask(about("agent_interrupt", data()), "");
        golden.frame(ada.until("agent_interrupt"), "");
        ada.execute(project, "[[hang]]");
        ada.until("execute");
        ada.until("agent_message");
        ask(about("agent_kill", data()), "");
        golden.frame(ada.until("process_killed"), "");
        expect("agent_kill", "");
        expect("execution_killed", "");
    }

    private void queue() throws Exception {
        ada.execute(project, "[[hang]]");
        ada.until("execute");
        ada.until("agent_message");
        ask(about("execute", data().put("prompt", "Then tidy up.").put("queue", true)), "queue");
        JsonNode waiting = expect("execute", "queued");
        expect("queue_update", "");
        ada.send("project_join", project);
        golden.frame(ada.until("project_state"), "queued");
        ada.until("project_joined");
        String id = waiting.at("/data/execution_id").asText();
        ask(about("queue_cancel", data().put("execution_id", id)), "");
        expect("queue_update", "empty");
        expect("queue_cancel", "");
        ada.send("agent_kill", project);
        ada.until("execution_killed");
    }

    private void changeSession() throws Exception {
        ask(about("session_list", data()), "");
        JsonNode sessions = expect("session_list", "");
        ask(about("agent_new_session", data()), "");
        ada.until("project_state");
        expect("session_reset", "");
        expect("agent_new_session", "");
        String old = sessions.at("/data/sessions/0/session_id").asText();
        ask(about("agent_new_session", data().put("session_id", old).put("fork", true)), "fork");
        ada.until("agent_new_session");
        ask(about("project_configure", data().put("name", "Hello again")), "");
        for (int i = 0; i < 2; i++) {
            JsonNode frame = ada.next();
            golden.frame(frame, frame.get("type").asText().equals("project_update") ? "configured" : "");
        }
    }

    private void readAgain() throws Exception {
        ObjectNode page = data().put("limit", 2).put("direction", "all").put("order", "asc");
        page.putArray("types").add("user").add("session_reset");
        ask(about("get_messages", page), "");
        expect("get_messages", "");
        ask(about("project_join", data().put("after_seq", 1).put("detail", "state")), "replay");
        ada.until("project_joined");
        expect("replay", "");
        JsonNode prompt = ada.next("prompt");
        golden.frame(prompt, "replay");
        damage(prompt.get("seq").asLong());
        ada.until("session_reset");
        ada.until("session_reset");
        // All frames this time: what was read for the others a moment ago is still in memory, undamaged.
        ada.sendText(about("project_join", data().put("after_seq", 1)).toString());
        golden.frame(ada.until("gap"), "");
        ada.until("session_reset");
        ada.until("session_reset");
    }

    /** As a disk would: one letter of a record is another. */
    private void damage(long seq) throws IOException {
        Path log = server.dataDir().resolve("projects").resolve(project).resolve("log");
        try (Stream<Path> files = Files.list(log)) {
            Path segment = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
            String text = Files.readString(segment);
            int line = text.indexOf("{\"seq\":" + seq + ",");
            int letter = text.indexOf("who are", line);
            assertTrue(line >= 0 && letter > line);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int at = text.substring(0, letter).getBytes(StandardCharsets.UTF_8).length;
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                file.seek(at);
                assertEquals('w', bytes[at]);
                file.write('W');
            }
        }
    }

    private void fail() throws Exception {
        ObjectNode wrong = data().put("prompt", "x");
        wrong.putObject("options").put("max_turns", -1);
        ada.sendText(
                ((ObjectNode) about("execute", wrong)).put("request_id", "43").toString());
        expect("error", "validation");
        ada.execute(project, "[[crash code=3]]");
        golden.frame(ada.until("error"), "execution");
        expect("project_state", "error");
        ada.sendText("{\"type\":\"project_join\",\"project_id\":\"00000000-0000-4000-8000-999999999999\"}");
        expect("error", "not_found");
    }

    private void leave() throws Exception {
        ask(about("project_leave", data()), "");
        expect("project_leave", "");
        expect("project_left", "");
        ask(message("project_list"), "");
        expect("project_list", "");
        ask(about("project_delete", data()), "");
        expect("project_deleted", "");
        golden.frame(
                watcher.until(frame -> frame.at("/data/update_type").asText().equals("deleted")), "deleted");
    }

    private void lookAtServer() throws Exception {
        awaitSample();
        ask(message("health"), "");
        golden.frame(calm(ada.next("health_status")), "");
        ask(message("health_check"), "");
        golden.frame(calm(ada.next("health_check")), "");
        golden.frame(statistics(), "");
        try (DeafClient deaf = new DeafClient(server)) {
            golden.frame(deaf.until("connection_health"), "");
        }
    }

    /** Health is sampled in the background: the agent's version is known a little later than the server. */
    private void awaitSample() throws Exception {
        JsonNode health;
        do {
            ada.sendText("{\"type\":\"health\"}");
            health = ada.next("health_status");
            // Once a second; no faster than requests are allowed.
            ada.nextAside();
        } while (health.at("/data/claude/version").isNull());
    }

    /** A machine that runs tests is busy, which is no concern here; the order of the checks is none either. */
    private static JsonNode calm(JsonNode health) {
        ObjectNode copy = health.deepCopy();
        copy.withObject("/data").put("status", "healthy");
        Map<String, JsonNode> checks = new TreeMap<>();
        copy.at("/data/checks").properties().forEach(check -> checks.put(check.getKey(), check.getValue()));
        checks.values()
                .forEach(check -> ((ObjectNode) check).put("status", "healthy").remove("message"));
        // Which rights the tests run with.
        ((ObjectNode) checks.get("custody")).put("isolation", "pid");
        copy.withObject("/data").putObject("checks").setAll(checks);
        return copy;
    }

    /** Those after the last run. */
    private JsonNode statistics() throws Exception {
        JsonNode stats = ada.nextAside();
        while (stats.at("/data/executions/failed").asInt() == 0
                || stats.at("/data/projects").asInt() > 0) {
            stats = ada.nextAside();
        }
        return stats;
    }
}
