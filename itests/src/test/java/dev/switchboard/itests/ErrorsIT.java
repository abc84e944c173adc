package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.data;
import static dev.switchboard.itests.Stage.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every code of section 4, provoked: its shape, what it tells and what it does not, and that the connection lives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ErrorsIT {
    private static final String NO_PROJECT = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";

    @TempDir
    static Path directory;

    private Stage stage;
    private Path program;
    private Path etc;
    private String project;
    private Path path;
    private Client client;

    @BeforeAll
    void start() throws Exception {
        program = directory.resolve("claude");
        etc = Files.createDirectories(directory.resolve("etc"));
        install();
        reserve(0);
        stage = Stage.open(directory, Map.of("CLAUDE_PATH", program.toString(), "ETC", etc.toString()));
        path = stage.directory();
        try (Client creator = stage.server().connect()) {
            project = creator.create(path.toString());
        }
    }

    private void install() throws IOException {
        Files.createSymbolicLink(program, Distribution.home().resolve("agent-mock/bin/claude"));
    }

    private void reserve(long bytes) throws IOException {
        Files.writeString(etc.resolve("dev.switchboard.cfg"), "disk.reserve.bytes = " + bytes + "\n");
    }

    @BeforeEach
    void connect() throws Exception {
        client = stage.client();
    }

    @AfterEach
    void lives() throws Exception {
        client.sendText("{\"type\":\"hello\",\"request_id\":\"alive\"}");
        assertEquals("alive", client.next("hello").get("request_id").asText());
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
        Files.delete(program); // before JUnit finds that it leads out of its directory
    }

    /** The next frame is this error, about this type, and shows nothing of the server's inside. */
    private JsonNode expect(String code, String type) throws Exception {
        JsonNode frame = client.next();
        JsonNode data = assertCode(code, frame);
        assertEquals(type, data.at("/details/message_type").asText(), frame.toString());
        assertNothingLeaks(frame);
        return data;
    }

    private void assertNothingLeaks(JsonNode frame) {
        String text = frame.toString();
        for (String inside : List.of(
                "dev.switchboard.",
                "java.",
                "Exception",
                "\\tat ",
                stage.server().dataDir().toString(),
                Distribution.home().toString())) {
            assertFalse(text.contains(inside), inside + " in " + text);
        }
    }

    private JsonNode refused(String code, String type, ObjectNode data) throws Exception {
        client.sendText(request(type, project, data).put("request_id", "r").toString());
        return expect(code, type);
    }

    @Test
    @DisplayName("C4 INVALID_MESSAGE: not JSON, not an object, or a wrong type in the envelope")
    void invalidMessage() throws Exception {
        for (String bad : List.of(
                "",
                "{",
                "[]",
                "7",
                "\"x\"",
                "nul",
                "{\"type\":7}",
                "{}",
                "{\"type\":null}",
                "{\"type\":\"hello\",\"data\":[]}",
                "{\"type\":\"hello\",\"data\":\"x\"}",
                "{\"type\":\"hello\",\"request_id\":{}}",
                "{\"type\":\"hello\",\"request_id\":\"" + "x".repeat(129) + "\"}",
                "{\"type\":\"hello\",\"project_id\":7}",
                "{\"type\":\"hello\"} trailing")) {
            client.sendText(bad);
            JsonNode frame = client.next();
            assertCode("INVALID_MESSAGE", frame);
            assertNothingLeaks(frame);
        }
        client.sendText("{\"type\":\"hello\",\"request_id\":\"" + "x".repeat(128) + "\"}");
        client.next("hello");
    }

    @Test
    @DisplayName("C4 VALIDATION_FAILED: an unknown type, a project id that is none, a field that is missing or wrong")
    void validationFailed() throws Exception {
        client.sendText("{\"type\":\"frobnicate\",\"request_id\":9}");
        JsonNode frame = client.next();
        assertTrue(assertCode("VALIDATION_FAILED", frame)
                .get("message")
                .asText()
                .startsWith("unknown message type: frobnicate"));
        assertEquals(9, frame.get("request_id").asInt());
        client.sendText("{\"type\":\"project_join\",\"project_id\":\"x\"}");
        assertEquals(
                "project_id",
                expect("VALIDATION_FAILED", "project_join").at("/details/field").asText());
        for (String[] wrong : new String[][] {
            {"project_create", "path", "{}"},
            {"project_create", "path", "{\"path\":7}"},
            {"project_create", "name", "{\"path\":\"/x\",\"name\":[]}"},
            {"execute", "prompt", "{}"},
            {"execute", "queue", "{\"prompt\":\"x\",\"queue\":\"yes\"}"},
            {"permission_response", "permission_id", "{}"},
            {"permission_response", "permission_id", "{\"permission_id\":\"none\",\"decision\":\"allow\"}"},
            {"queue_cancel", "execution_id", "{}"},
            {"agent_new_session", "session_id", "{\"fork\":true}"},
            {"hello", "capabilities", "{\"capabilities\":7}"},
        }) {
            JsonNode error = refused("VALIDATION_FAILED", wrong[0], (ObjectNode) Client.JSON.readTree(wrong[2]));
            assertEquals(wrong[1], error.at("/details/field").asText(), wrong[0]);
        }
    }

    private JsonNode create(String code, String where) throws Exception {
        client.send("project_create", data("path", where));
        return expect(code, "project_create");
    }

    @Test
    @DisplayName(
            "P2 C4 INVALID_PATH, PROJECT_EXISTS, PROJECT_NESTING: what is wrong with a path, and nobody else's path")
    void paths() throws Exception {
        assertTrue(
                create("INVALID_PATH", "relative/path").get("message").asText().contains("absolute"));
        assertTrue(create("INVALID_PATH", "~/x").get("message").asText().contains("tilde expansion"));
        Path file = Files.createFile(directory.resolve("projects/file"));
        for (String bad : List.of(
                path + "/../x", "/tmp/a\u0000b", "/tmp/a\nb", "/no/such/directory", file.toString(), "/etc", "/")) {
            create("INVALID_PATH", bad);
        }
        Path inside = Files.createDirectories(path.resolve("inside"));
        Path link = Files.createSymbolicLink(directory.resolve("projects/link"), path);
        for (Path same : List.of(path, link)) {
            create("PROJECT_EXISTS", same.toString());
        }
        assertFalse(create("PROJECT_NESTING", inside.toString()).toString().contains("\"" + path + "\""));
        create("PROJECT_NESTING", path.getParent().toString());
    }

    @Test
    @DisplayName("C4 PROJECT_NOT_FOUND: names the project")
    void projectNotFound() throws Exception {
        for (String type : List.of("project_join", "project_leave", "project_delete", "execute", "get_messages")) {
            client.send(type, NO_PROJECT);
            JsonNode error = expect("PROJECT_NOT_FOUND", type);
            assertEquals(NO_PROJECT, error.at("/details/project_id").asText());
        }
    }

    @Test
    @DisplayName("C4 X4 PROCESS_NOT_FOUND and PROCESS_ACTIVE")
    void processes() throws Exception {
        for (String type : List.of("agent_kill", "agent_interrupt")) {
            refused("PROCESS_NOT_FOUND", type, Client.data());
        }
        client.execute(project, "[[hang]]");
        client.until("execute");
        try (Client other = stage.server().connect()) {
            for (String type : List.of("execute", "agent_new_session", "project_delete")) {
                other.send(type, project, data("prompt", "x"));
                assertCode("PROCESS_ACTIVE", other.next());
            }
        }
        client.send("agent_kill", project);
        client.until("execution_killed");
    }

    @Test
    @DisplayName("X5 X4 EXECUTION_TIMEOUT and EXECUTION_FAILED are records with their facts")
    void runs() throws Exception {
        client.send("execute", project, data("prompt", "[[hang]]").set("options", data("timeout_ms", 50)));
        JsonNode timeout = client.until("error");
        assertTrue(
                assertCode("EXECUTION_TIMEOUT", timeout).get("message").asText().contains("timed out"));
        assertTrue(timeout.has("seq"));
        assertNothingLeaks(timeout);
        assertEquals("ERROR", Client.stateOf(client.next()).orElseThrow());
        client.execute(project, "[[exit code=7 stderr=\"no more\"]]");
        JsonNode failure = client.until("error");
        JsonNode details = assertCode("EXECUTION_FAILED", failure).get("details");
        assertEquals(7, details.get("exit_code").asInt());
        assertTrue(details.get("stderr_tail").asText().contains("no more"));
        assertTrue(failure.has("seq"));
        assertNothingLeaks(failure);
        assertEquals("ERROR", Client.stateOf(client.next()).orElseThrow());
    }

    @Test
    @DisplayName("X1 C4 CLAUDE_NOT_FOUND: says how to install it; one that is installed later works")
    void claudeNotFound() throws Exception {
        Files.delete(program);
        JsonNode error = refused("CLAUDE_NOT_FOUND", "execute", data("prompt", "x"));
        assertTrue(error.get("message").asText().contains("npm install"), error.toString());
        install();
        runs("hello");
    }

    /** A run that is accepted and ends well. */
    private void runs(String prompt) throws Exception {
        client.execute(project, prompt);
        List<JsonNode> frames = client.run();
        assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("X3 H4 DISK_SPACE_LOW: no new work below the reserve, which can be changed while the server runs")
    void diskSpaceLow() throws Exception {
        long terabyte = 1L << 40; // the largest reserve that there may be
        Assumptions.assumeTrue(Files.getFileStore(directory).getUsableSpace() < terabyte);
        reserve(terabyte);
        JsonNode frame = prompt();
        for (int i = 0; i < 200 && !frame.get("type").asText().equals("error"); i++) {
            client.rest(); // the file is not read yet
            frame = prompt();
        }
        reserve(0);
        JsonNode details = assertCode("DISK_SPACE_LOW", frame).get("details");
        assertEquals("disk", details.get("resource").asText());
        assertTrue(details.get("limit").asLong() > details.get("current").asLong());
        assertNothingLeaks(frame);
        JsonNode accepted = untilNot("DISK_SPACE_LOW", "execute", data("prompt", "[[say]]"));
        assertEquals("EXECUTING", Client.stateOf(accepted).orElseThrow());
        client.rest();
    }

    /** The first frame that a prompt gets. */
    private JsonNode prompt() throws Exception {
        client.execute(project, "[[say]]");
        return client.next();
    }

    private void shell(String command) throws Exception {
        Server.Outcome outcome = stage.server().command("shell", command);
        assertEquals(0, outcome.status(), outcome.output());
    }

    /** Sends a request again and again, until it is not refused with this code any more; returns what came then. */
    private JsonNode untilNot(String code, String type, ObjectNode data) throws Exception {
        for (int i = 0; i < 600; i++) {
            client.send(type, project, data);
            JsonNode frame = client.next();
            if (!frame.at("/data/code").asText().equals(code)) {
                return frame;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("still " + code);
    }

    private void assertUnavailable(JsonNode error) {
        assertFalse(error.at("/details/service").asText().isEmpty(), error.toString());
        assertTrue(error.at("/details/retry_after_ms").asInt() > 0, error.toString());
    }

    @Test
    @DisplayName("S1 C4 EXECUTOR_, STORAGE_ and SERVICE_UNAVAILABLE while a bundle is away; then all goes on")
    void unavailable() throws Exception {
        shell("bundle:stop dev.switchboard.executor-claude");
        assertUnavailable(refused("EXECUTOR_UNAVAILABLE", "execute", data("prompt", "x")));
        shell("bundle:start dev.switchboard.executor-claude");
        JsonNode first = untilNot("EXECUTOR_UNAVAILABLE", "execute", data("prompt", "hello"));
        assertEquals("EXECUTING", Client.stateOf(first).orElseThrow());
        client.rest();

        shell("bundle:stop dev.switchboard.messagelog-file");
        for (String type : List.of("get_messages", "execute")) {
            assertUnavailable(refused("STORAGE_UNAVAILABLE", type, data("prompt", "x")));
        }
        shell("bundle:start dev.switchboard.messagelog-file");
        assertEquals(
                "get_messages",
                untilNot("STORAGE_UNAVAILABLE", "get_messages", Client.data())
                        .get("type")
                        .asText());

        shell("bundle:stop dev.switchboard.broadcast");
        assertUnavailable(refused("SERVICE_UNAVAILABLE", "execute", data("prompt", "x")));
        shell("bundle:start dev.switchboard.broadcast");
        first = untilNot("SERVICE_UNAVAILABLE", "execute", data("prompt", "hello"));
        assertEquals("EXECUTING", Client.stateOf(first).orElseThrow());
        client.rest();
    }

    @Test
    @DisplayName("C4 S2 S4 INTERNAL_ERROR: an incident that the log has too, and nothing else of what happened")
    void internalError() throws Exception {
        Path bundle = Extension.build(
                directory,
                "Broken",
                List.of("dev.switchboard.gateway", "dev.switchboard.security", "org.osgi.framework"),
                """
                package extension;
                import dev.switchboard.gateway.*;
                import dev.switchboard.security.Role;
                import java.util.*;
                import org.osgi.framework.*;
                public final class Broken implements BundleActivator, FrameHandler {
                    public void start(BundleContext context) {
                        Dictionary<String, Object> properties = new Hashtable<>();
                        properties.put(FrameHandler.TYPE, "broken");
                        context.registerService(FrameHandler.class, this, properties);
                    }
                    public void stop(BundleContext context) {}
                    public FrameRule rule() { return FrameRule.server(Role.VIEWER); }
                    public void handle(FrameContext frame) {
                        throw new IllegalStateException("the secret is swordfish");
                    }
                }
                """);
        shell("bundle:install -s " + bundle.toUri());
        JsonNode frame = untilNot("VALIDATION_FAILED", "broken", Client.data());
        assertEquals("receive", description().at("/operations/broken/action").asText());
        JsonNode error = assertCode("INTERNAL_ERROR", frame);
        assertNothingLeaks(frame);
        assertFalse(frame.toString().contains("swordfish"));
        String incident = error.at("/details/incident").asText();
        assertFalse(incident.isEmpty());
        Path log = stage.server().dataDir().resolve("log/switchboard.log");
        Server.await("the log has the incident", 10, () -> {
            try {
                return Files.readString(log).contains(incident);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(Files.readString(log).contains("the secret is swordfish"));
        shell("bundle:uninstall extension.Broken");
        untilNot("INTERNAL_ERROR", "broken", Client.data());
        assertTrue(description().at("/operations/broken").isMissingNode());
    }

    /** What the server says that it speaks; the types of extensions are in it, while they are there. */
    private JsonNode description() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(stage.server().http("/asyncapi.json"))
                .header("Authorization", "Bearer " + stage.server().token())
                .build();
        HttpResponse<String> reply = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, reply.statusCode());
        return Client.JSON.readTree(reply.body());
    }

    @Test
    @DisplayName("C4 C5 MESSAGE_SIZE_LIMIT: told, then closed with 1009; UNAUTHORIZED: told, then closed with 1008")
    void closes() throws Exception {
        try (Client large = stage.server().connect()) {
            large.sendText("{\"type\":\"ping\",\"data\":{\"x\":\"" + "y".repeat(1 << 20) + "\"}}");
            JsonNode details = assertCode("MESSAGE_SIZE_LIMIT", large.next()).get("details");
            assertEquals("message_bytes", details.get("resource").asText());
            assertEquals(1 << 20, details.get("limit").asInt());
            assertEquals(1009, large.closeCode());
        }
        try (Client stranger = Client.connect(stage.server().webSocket())) {
            stranger.send("project_list", Client.data());
            JsonNode frame = stranger.next();
            assertCode("UNAUTHORIZED", frame);
            assertNothingLeaks(frame);
            stranger.send("auth", data("token", "wrong"));
            assertCode("UNAUTHORIZED", stranger.next());
            assertEquals(1008, stranger.closeCode());
        }
    }
}
