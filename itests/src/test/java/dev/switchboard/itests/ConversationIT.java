package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Order(1)
class ConversationIT {
    @TempDir
    static Path directory;

    private Server server;
    private int projects;

    @BeforeAll
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private String create(Client client) throws Exception {
        Path project = Files.createDirectories(directory.resolve("projects/p" + ++projects));
        return client.create(project.toString());
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.get("type").asText()).toList();
    }

    /** The last record that this many frames showed; frames that are records come without a hole. */
    private static void assertConsecutive(List<JsonNode> frames) {
        long last = 0;
        for (JsonNode frame : frames) {
            if (frame.has("seq")) {
                long seq = frame.get("seq").asLong();
                assertTrue(last == 0 || seq == last + 1, "record " + seq + " behind " + last);
                last = seq;
            }
        }
    }

    @Test
    @DisplayName("C2 P1 X1 M4 create, join, execute, read again: the frames of the protocol in their order")
    void converses() throws Exception {
        try (Client client = server.connect()) {
            String project = create(client);
            JsonNode joined = client.join(project);
            assertEquals("IDLE", joined.get("data").get("state").asText());
            assertEquals("", joined.get("data").get("session_id").asText());
            client.execute(project, "hello");
            List<JsonNode> frames = client.run();
            assertEquals("EXECUTING", Client.stateOf(frames.get(0)).orElseThrow());
            assertEquals("prompt", frames.get(1).get("type").asText());
            assertEquals("hello", frames.get(1).get("data").get("prompt").asText());
            assertEquals("execute", frames.get(2).get("type").asText());
            assertEquals("started", frames.get(2).get("data").get("status").asText());
            assertConsecutive(frames);
            String execution = frames.get(2).get("data").get("execution_id").asText();
            JsonNode idle = frames.get(frames.size() - 1);
            assertEquals("IDLE", idle.get("data").get("state").asText());
            assertEquals(execution, idle.get("data").get("execution_id").asText());
            List<String> agent = frames.stream()
                    .filter(frame -> frame.get("type").asText().equals("agent_message"))
                    .map(frame -> frame.get("data").get("type").asText())
                    .toList();
            assertEquals("system", agent.get(0));
            assertTrue(agent.contains("assistant") && agent.contains("result"), agent.toString());

            client.send("get_messages", project);
            JsonNode page = client.next("get_messages").get("data");
            assertEquals(idle.get("seq").asLong(), page.get("messages").size());
            assertEquals(
                    idle.get("seq").asLong(), page.get("metadata").get("total").asLong());
            assertEquals(
                    "hello",
                    page.get("messages")
                            .get(1)
                            .get("message")
                            .get("content")
                            .get("text")
                            .asText());
            List<JsonNode> shown =
                    frames.stream().filter(frame -> frame.has("seq")).toList();
            for (int i = 0; i < shown.size(); i++) {
                JsonNode item = page.get("messages").get(i);
                assertEquals(shown.get(i).get("seq"), item.get("seq"));
                assertEquals(shown.get(i).get("timestamp"), item.get("timestamp"));
                if (shown.get(i).get("type").asText().equals("agent_message")) {
                    assertEquals(shown.get(i).get("data"), item.get("message").get("content"));
                }
            }
        }
    }

    @Test
    @DisplayName("X6 the second run continues the session of the first")
    void continuesTheSession() throws Exception {
        try (Client client = server.connect()) {
            String project = create(client);
            client.join(project);
            client.execute(project, "remember the number 42");
            String first = session(client.run());
            client.execute(project, "which number?");
            List<JsonNode> second = client.run();
            assertEquals(first, session(second));
            assertTrue(second.toString().contains("remember the number 42"), "the mock repeats the prompt before");
        }
    }

    private static String session(List<JsonNode> frames) {
        Set<String> sessions = new TreeSet<>();
        frames.stream()
                .filter(frame -> frame.get("type").asText().equals("agent_message"))
                .forEach(frame ->
                        sessions.add(frame.get("data").get("session_id").asText()));
        assertEquals(1, sessions.size());
        return sessions.iterator().next();
    }

    @Test
    @DisplayName("C2 two clients on a project see the same frames, one that has not joined sees none")
    void showsToThoseWhoJoined() throws Exception {
        try (Client one = server.connect();
                Client two = server.connect();
                Client stranger = server.connect()) {
            String project = create(one);
            one.join(project);
            two.join(project);
            one.execute(project, "[[tools 2]]");
            List<JsonNode> ones = one.run().stream()
                    .filter(frame -> !frame.get("type").asText().equals("execute"))
                    .toList();
            assertEquals(ones, two.run());
            assertFalse(stranger.hears(Duration.ofMillis(200)));
        }
    }

    @Test
    @DisplayName("C2 who executes without having joined gets the frames of that run, and no more")
    void showsTheRunToItsRequester() throws Exception {
        try (Client requester = server.connect();
                Client member = server.connect()) {
            String project = create(requester);
            member.join(project);
            requester.execute(project, "hello");
            List<JsonNode> frames = requester.run();
            assertEquals("EXECUTING", Client.stateOf(frames.get(0)).orElseThrow());
            member.run();
            member.execute(project, "again");
            member.run();
            assertFalse(requester.hears(Duration.ofMillis(200)));
        }
    }

    @Test
    @DisplayName("M4 who comes back with after_seq gets every record behind it once, in order, then goes live")
    void replays() throws Exception {
        try (Client live = server.connect();
                Client late = server.connect()) {
            String project = create(live);
            live.join(project);
            live.execute(project, "[[slow lines=40 every=20ms]]");
            JsonNode fifth = live.until(frame -> frame.path("seq").asLong() == 5);
            late.send("project_join", project, Client.data().put("after_seq", 2));
            late.until("project_joined");
            JsonNode replay = late.next("replay").get("data");
            assertEquals("ok", replay.get("verdict").asText());
            List<JsonNode> rest = late.rest();
            assertConsecutive(rest);
            assertEquals(3, rest.get(0).get("seq").asLong());
            assertTrue(rest.get(0).get("replay").asBoolean());
            List<JsonNode> all = new ArrayList<>(List.of(fifth));
            all.addAll(live.rest());
            assertEquals(
                    all.get(all.size() - 1).get("seq"),
                    rest.get(rest.size() - 1).get("seq"));
        }
    }

    @RepeatedTest(2)
    @DisplayName(
            "M2 X3 C6 a flood of 10,000 lines to ten clients, the agent gone after its last line: all, in order, IDLE last")
    void floods() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                clients.add(server.connect());
            }
            String project = create(clients.get(0));
            for (Client client : clients) {
                client.join(project);
            }
            clients.get(0).execute(project, "[[flood lines=10000 bytes=500]]");
            for (Client client : clients) {
                assertFlood(client.run(), 10_000, "IDLE");
            }
            // An agent that is gone right after its last line, without a result, has failed; its lines are all there.
            clients.get(0).execute(project, "[[flood lines=10000 bytes=500]] [[exit code=0]]");
            for (Client client : clients) {
                assertFlood(client.run(), 10_000, "ERROR");
            }
        } finally {
            clients.forEach(Client::close);
        }
    }

    private static void assertFlood(List<JsonNode> frames, int count, String state) {
        assertConsecutive(frames);
        int next = 1;
        for (JsonNode frame : frames) {
            String text = frame.path("data")
                    .path("message")
                    .path("content")
                    .path(0)
                    .path("text")
                    .asText();
            if (text.matches("(?s)\\d{10}/\\d{10} .*")) {
                assertEquals(next++, Integer.parseInt(text.substring(0, 10)));
            }
        }
        assertEquals(count, next - 1);
        assertEquals(state, Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("X2 C6 a line of 64 MB passes whole while the server has a heap of 256 MB")
    void passesAHugeLine() throws Exception {
        try (Client client = server.connect()) {
            String project = create(client);
            client.join(project);
            client.execute(project, "[[huge bytes=67108864]]");
            List<JsonNode> frames = client.run();
            assertConsecutive(frames);
            long longest = frames.stream()
                    .mapToLong(frame -> frame.path("data")
                            .path("message")
                            .path("content")
                            .path(0)
                            .path("text")
                            .asText()
                            .length())
                    .max()
                    .orElse(0);
            assertTrue(longest > 66_000_000, "the longest text has " + longest + " characters");
            assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
        }
    }

    @Test
    @DisplayName(
            "X4 fifty kills at random moments of an agent with a tree of processes: IDLE, never an error, nobody left")
    void kills() throws Exception {
        Random random = new Random(42);
        try (Client client = server.connect()) {
            String project = create(client);
            client.join(project);
            for (int i = 0; i < 50; i++) {
                client.execute(project, "[[tree depth=2 width=2 life=60s]] [[hang]]");
                client.until("execute");
                TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
                client.send("agent_kill", project);
                List<JsonNode> frames = new ArrayList<>();
                JsonNode frame = client.next();
                while (!frame.get("type").asText().equals("execution_killed")) {
                    frames.add(frame);
                    frame = client.next();
                }
                List<String> types = types(frames);
                assertFalse(types.contains("error"), frames.toString());
                assertEquals(
                        List.of("project_state", "process_killed", "agent_kill"),
                        types.subList(types.size() - 3, types.size()));
                assertEquals(
                        "IDLE", Client.stateOf(frames.get(frames.size() - 3)).orElseThrow());
            }
            client.deleteProjects();
        }
        Server.await(
                "no process of an agent is left",
                10,
                () -> server.agentProcesses().isEmpty());
        Server.await("no agent is in custody", 10, () -> {
            try {
                return server.agents().isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @DisplayName(
            "X4 a crash in the middle of a line, an API error, a hang that takes too long: error, then ERROR, then the next run")
    void tellsFailures() throws Exception {
        try (Client client = server.connect()) {
            String project = create(client);
            client.join(project);
            for (String prompt :
                    List.of("[[crash mid-line code=3]]", "[[api-error status=500]]", "[[exit code=1 stderr=\"no\"]]")) {
                client.execute(project, prompt);
                assertFailure(client.run(), "EXECUTION_FAILED");
            }
            client.send(
                    "execute",
                    project,
                    Client.data()
                            .put("prompt", "[[hang]]")
                            .set("options", Client.data().put("timeout_ms", 500)));
            assertFailure(client.run(), "EXECUTION_TIMEOUT");
            client.execute(project, "hello");
            List<JsonNode> frames = client.run();
            assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
        }
    }

    private static void assertFailure(List<JsonNode> frames, String code) {
        JsonNode error = frames.get(frames.size() - 2);
        assertEquals("error", error.get("type").asText());
        assertEquals(code, error.get("data").get("code").asText());
        assertEquals("ERROR", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("X1 a prompt reaches the agent byte for byte, whatever it looks like, and never as an option")
    void passesPromptsExactly() throws Exception {
        try (Client client = server.connect()) {
            String project = create(client);
            client.join(project);
            for (String start : List.of(
                    "-rf", "--settings={\"hooks\":{}}", "--version", "\u0000\u001b[31m", "🇨🇭 é", "/etc/passwd")) {
                String prompt = start + " [[echo]]";
                client.execute(project, prompt);
                String answer = client.run().stream()
                        .map(frame -> frame.path("data")
                                .path("message")
                                .path("content")
                                .path(0)
                                .path("text")
                                .asText())
                        .filter(text -> text.startsWith("\""))
                        .findFirst()
                        .orElseThrow();
                assertEquals(prompt, Client.JSON.readTree(answer).textValue());
            }
        }
    }

    @Test
    @DisplayName("C4 bad frames are answered, and the connection lives")
    void answersBadFrames() throws Exception {
        try (Client client = server.connect()) {
            for (String bad : List.of("{", "[]", "\"x\"", "{\"type\":7}", "{\"type\":\"execute\",\"data\":[]}")) {
                client.sendText(bad);
                assertEquals(
                        "INVALID_MESSAGE",
                        client.next("error").get("data").get("code").asText());
            }
            client.sendText("{\"type\":\"frobnicate\",\"request_id\":\"r1\"}");
            JsonNode error = client.next("error");
            assertEquals("VALIDATION_FAILED", error.get("data").get("code").asText());
            assertEquals("r1", error.get("request_id").asText());
            client.send(
                    "execute",
                    "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001",
                    Client.data().put("prompt", "x"));
            assertEquals(
                    "PROJECT_NOT_FOUND",
                    client.next("error").get("data").get("code").asText());
            client.sendText("{\"type\":\"ping\",\"data\":{\"x\":\"" + "y".repeat(2 << 20) + "\"}}");
            assertEquals(
                    "MESSAGE_SIZE_LIMIT",
                    client.next("error").get("data").get("code").asText());
            assertEquals(1009, client.closeCode());
        }
    }
}
