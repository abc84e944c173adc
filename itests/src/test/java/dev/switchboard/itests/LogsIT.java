package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server's own log and its audit log tell, and what they do not, at the level of trace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LogsIT {
    /** Nowhere else on the machine. */
    private static final String MARK = "mark" + Long.toHexString(System.nanoTime());

    /** Line ends, a colour, DEL, C1, separators and a turn of direction. */
    private static final String EVIL = "\n{\"level\":\"ERROR\",\"forged\":1}\r\u001B[31m\u007F\u009B\u0085\u2028\u202E";

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028-\\u202E\\u2066-\\u2069]");

    @TempDir
    static Path directory;

    private Path settings;
    private Stage stage;
    private Shell shell;

    @BeforeAll
    void start() throws Exception {
        Path etc = Files.createDirectories(directory.resolve("etc"));
        settings = etc.resolve("dev.switchboard.cfg");
        Files.writeString(settings, "logging.level = trace\n");
        stage = Stage.open(directory, Map.of("ETC", etc.toString()));
        shell = new Shell(stage.server());
    }

    @AfterEach
    void closeClients() {
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private Path dataDir() {
        return stage.server().dataDir();
    }

    private List<String> lines() {
        try {
            return Files.readString(dataDir().resolve("log/switchboard.log"))
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log so far, every line of which has to be one JSON object. */
    private List<JsonNode> log() throws IOException {
        List<JsonNode> log = new ArrayList<>();
        for (String line : lines()) {
            JsonNode event = Client.JSON.readTree(line);
            assertTrue(event.isObject() && event.has("time") && event.has("level"), line);
            assertFalse(event.has("forged"), line);
            assertFalse(CONTROL.matcher(line).find(), line);
            log.add(event);
        }
        return log;
    }

    private List<JsonNode> audit() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(dataDir().resolve("audit/audit.jsonl"))) {
            assertTrue(line.matches("[ -~]+"), line);
            records.add(Client.JSON.readTree(line));
        }
        return records;
    }

    /** Waits for the record of an action of somebody, which has to be the only one with this outcome. */
    private JsonNode audited(String action, String by, String outcome) throws Exception {
        return audited(action, by, entry -> entry.path("outcome").asText().equals(outcome));
    }

    /** Waits for the record of an action of somebody, which has to be the only one that is like this. */
    private JsonNode audited(String action, String by, Predicate<JsonNode> like) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        Server.await("audit of " + action + " by " + by, 20, () -> {
            found.clear();
            try {
                audit().stream()
                        .filter(entry -> entry.path("action").asText().equals(action)
                                && entry.path("by").asText().equals(by)
                                && like.test(entry))
                        .forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return !found.isEmpty();
        });
        assertEquals(1, found.size(), found::toString);
        return found.get(0);
    }

    /** How often somebody with a token that is none was refused. */
    private long refusals() {
        try {
            return audit().stream()
                    .filter(entry -> entry.path("action").asText().equals("http_request")
                            && entry.path("from").asText().equals("127.0.0.1"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode answer(JsonNode question, String decision) {
        return Client.data()
                .put("permission_id", question.at("/data/permission_id").asText())
                .put("decision", decision);
    }

    @Test
    @Order(1)
    @DisplayName(
            "H3 a line about a run tells request, session, project and run, through all threads, and no other line does")
    void tellsIds() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        String named = "request-" + MARK;
        client.sendText(Stage.request("execute", project, Client.data().put("prompt", "[[non-json text=nonsense]]"))
                .put("request_id", named)
                .toString());
        JsonNode begun =
                client.until(frame -> "EXECUTING".equals(frame.at("/data/state").asText()));
        String run = begun.at("/data/execution_id").asText();
        client.rest();
        String dropped = "were no JSON objects";
        Server.await("the line of the log", 20, () -> String.join("\n", lines()).contains(dropped));
        JsonNode line = log().stream()
                .filter(event -> event.path("message").asText().contains(dropped))
                .findFirst()
                .orElseThrow();
        assertEquals(named, line.path("correlation").asText());
        assertEquals(project, line.path("project").asText());
        assertEquals(run, line.path("execution").asText());
        String session = line.path("session").asText();
        assertTrue(session.matches("[0-9a-f-]{36}"), line::toString);

        // Another one's request does not bear what the same threads worked for before.
        String other = stage.project();
        Client stranger = stage.member(other);
        stranger.execute(other, "[[non-json text=nonsense]]");
        String second = stranger.run().get(0).at("/data/execution_id").asText();
        Server.await(
                "the other line of the log",
                20,
                () -> lines().stream().filter(text -> text.contains(dropped)).count() == 2);
        JsonNode next = log().stream()
                .filter(event -> event.path("execution").asText().equals(second))
                .findFirst()
                .orElseThrow();
        assertEquals(other, next.path("project").asText());
        assertNotEquals(session, next.path("session").asText());
        assertNotEquals(named, next.path("correlation").asText());
        for (JsonNode event : log()) {
            if (event.path("execution").asText().equals(run)) {
                assertEquals(project, event.path("project").asText(), event::toString);
            }
            if (event.path("logger").asText().startsWith("dev.switchboard.health")) {
                assertFalse(event.has("session"), event::toString);
            }
        }
    }

    @Test
    @Order(2)
    @DisplayName(
            "H3 no prompt, token, answer, output or file content is in any log at any level, not even where it fails")
    void keepsContentOut() throws Exception {
        Path place = stage.directory();
        Files.writeString(place.resolve("CLAUDE.md"), "remember " + MARK);
        JsonNode made = stage.newToken("--role operator operator-of-logs");
        String token = made.get("token").asText();
        Client client = stage.client(token);
        String project = client.create(place.toString());
        client.join(project);
        client.execute(
                project,
                MARK + " [[say text=" + MARK + "]] [[stderr text=" + MARK + "]] [[non-json text=" + MARK
                        + "]] [[unknown-line type=" + MARK + "]]");
        client.run();
        client.execute(project, MARK + " [[crash mid-line code=3]]");
        client.run();
        client.send(
                "execute",
                project,
                Client.data()
                        .put("prompt", "[[ask tool=Write path=a.txt content=" + MARK + "]]")
                        .set("options", Client.data().put("ask", "remote").put("append_system_prompt", MARK)));
        JsonNode question = client.until("permission_request");
        client.send("permission_response", project, answer(question, "deny").put("message", "because " + MARK));
        client.rest();
        // What fails is told with exceptions, whose texts may quote.
        client.sendText("{\"type\":\"execute\",\"data\":{\"prompt\":" + MARK + "}}");
        client.next("error");
        client.send(
                "execute",
                project,
                Client.data().put("prompt", "x").set("options", Client.data().put(MARK, MARK)));
        client.next("error");
        client.send("get_messages", project, Client.data().put("cursor", MARK));
        client.next("error");
        client.send("auth", Client.data().put("token", token + MARK));
        client.next("error");
        byWireAndShell(project, token);
        shell.print("switchboard:token-revoke operator-of-logs");

        for (Path file : logs()) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (String line : text.lines().toList()) {
                String secret = line.contains(token) ? token : MARK;
                // The request's own id is no content.
                assertFalse(line.replace("request-" + MARK, "").contains(secret), () -> file + ": " + line);
            }
        }
    }

    /** Tokens by the ways of HTTP, and a prompt that Karaf's shell reads. */
    private void byWireAndShell(String project, String token) throws Exception {
        for (String request : List.of(
                "GET /ws?token=" + token + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "GET /ws?token=" + MARK + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "GET /metrics?token=" + MARK + " HTTP/1.1\r\nAuthorization: Bearer " + token + MARK + "\r\n",
                "GET /ws HTTP/1.1\r\nAuthorization: Bearer " + MARK
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")) {
            exchange(request + "Host: localhost:" + stage.server().port() + "\r\n\r\n");
        }
        shell.run("switchboard:execute " + project + " '" + MARK + " [[say text=" + MARK + "]]'");
        shell.run("switchboard:execute " + project + " '" + MARK); // a line that cannot be read
        shell.run("switchboard:token-revoke " + MARK);
    }

    private void exchange(String request) throws IOException {
        try (Socket socket = new Socket("localhost", stage.server().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            assertTrue(socket.getInputStream().readNBytes(12).length > 0);
        }
    }

    /** The server's logs, and what it wrote to its console. */
    private List<Path> logs() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path root : List.of(dataDir().resolve("log"), dataDir().resolve("audit"))) {
            try (Stream<Path> files = Files.list(root)) {
                files.forEach(all::add);
            }
        }
        Path boot = dataDir().resolve("karaf/boot.log");
        if (Files.exists(boot)) {
            all.add(boot);
        }
        Path console = directory.resolve("console.txt");
        Files.writeString(console, stage.server().console());
        all.add(console);
        return all;
    }

    @Test
    @Order(3)
    @DisplayName(
            "H3 whatever clients send as names, paths, ids, origins or users: each line stays one, on the console too")
    void cannotBeForged() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        for (String type : List.of("project_create", "no" + EVIL)) {
            client.sendText(Client.data()
                    .put("type", type)
                    .put("request_id", "id" + EVIL)
                    .<ObjectNode>set(
                            "data", Client.data().put("path", "/no/such" + EVIL).put("name", "n" + EVIL))
                    .toString());
            client.next("error");
        }
        client.sendText(Stage.request("execute", project, Client.data().put("prompt", "[[non-json text=x]] " + EVIL))
                .put("request_id", "id" + EVIL)
                .toString());
        client.run();
        client.send("project_configure", project, Client.data().put("executor", "e" + EVIL));
        client.next("error");
        String raw = EVIL.replaceAll("[\\r\\n\\u007F]", "").replace("\u001B", "%1B");
        exchange("GET /ws HTTP/1.1\r\nHost: localhost:" + stage.server().port() + "\r\nOrigin: http://evil" + raw
                + "\r\nX-Forwarded-For: " + raw + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        exchange("GET /\u001B[31m" + raw + " HTTP/1.1\r\nHost: evil\u001B\r\n\r\n");
        assertNotEquals(
                0,
                shell.as("evil\u001B[31m\nforged")
                        .run("switchboard:project-list")
                        .status());
        shell.run("log:log --level ERROR 'evil \u001B[31m\u009B text'");
        shell.run("switchboard:project-create '/no/such\u001B[31m'");
        Server.await("the line of the shell", 20, () -> String.join("", lines()).contains("evil \\u001B[31m"));
        assertFalse(log().isEmpty());
        for (String line : stage.server().console().lines().toList()) {
            assertFalse(CONTROL.matcher(line).find(), line);
            assertFalse(line.startsWith("{\"level\""), line);
        }
    }

    @Test
    @Order(4)
    @DisplayName(
            "H3 C5 the audit log: each action of each token and of the shell, who, from where, on what, with which outcome")
    void audits() throws Exception {
        Path place = stage.directory();
        JsonNode made = stage.newToken("--role operator auditor");
        String shellUser = "shell:switchboard";
        audited(
                "token_create",
                shellUser,
                entry -> entry.at("/details/name").asText().equals("auditor"));
        JsonNode viewer = stage.newToken("--role viewer onlooker");
        Client client = stage.client(made.get("token").asText());
        JsonNode connect = audited("connect", "auditor", "ok");
        assertEquals("127.0.0.1", connect.path("from").asText());
        assertEquals(made.get("id").asText(), connect.path("token").asText());
        assertTrue(connect.path("at").asText().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{15}Z"), connect::toString);

        String project = client.create(place.toString());
        assertEquals(
                project,
                audited("project_create", "auditor", "ok").path("project").asText());
        client.join(project);
        client.send("project_configure", project, Client.data().put("name", "audited"));
        client.until("project_configure");
        assertEquals(
                "audited",
                audited("project_configure", "auditor", "ok")
                        .at("/details/name")
                        .asText());
        client.sendText(Stage.request(
                        "execute",
                        project,
                        Client.data()
                                .put("prompt", "[[ask tool=Write path=a.txt content=x]] [[hang]] " + MARK)
                                .set("options", Client.data().put("ask", "remote")))
                .put("request_id", "audited-request")
                .toString());
        JsonNode question = client.until("permission_request");
        JsonNode execute = audited("execute", "auditor", "ok");
        assertEquals("audited-request", execute.path("correlation").asText());
        assertEquals(connect.path("session"), execute.path("session"));
        assertFalse(execute.path("execution").asText().isEmpty());
        assertFalse(execute.has("prompt"));
        client.send("permission_response", project, answer(question, "allow"));
        client.until("permission_response");
        JsonNode answered = audited("permission_response", "auditor", "ok");
        assertEquals("Write", answered.at("/details/tool_name").asText());
        assertEquals("allow", answered.at("/details/decision").asText());
        assertEquals(execute.path("execution"), answered.path("execution"));
        client.send("permission_response", project, answer(question, "deny"));
        client.until("error");
        audited("permission_response", "auditor", "VALIDATION_FAILED");

        client.send("execute", project, Client.data().put("prompt", "later").put("queue", true));
        JsonNode queued = client.until("execute");
        client.send(
                "queue_cancel",
                project,
                Client.data()
                        .put("execution_id", queued.at("/data/execution_id").asText()));
        client.until("queue_cancel");
        assertEquals(
                queued.at("/data/execution_id"),
                audited("queue_cancel", "auditor", "ok").path("execution"));
        client.send("agent_interrupt", project);
        client.until("agent_interrupt");
        assertEquals(
                execute.path("execution"),
                audited("agent_interrupt", "auditor", "ok").path("execution"));
        client.execute(project, "[[hang]]");
        client.until(frame -> frame.path("type").asText().equals("agent_message"));
        client.send("agent_kill", project);
        client.until("agent_kill");
        audited("agent_kill", "auditor", "ok");
        client.until("execution_killed");

        Client onlooker = stage.client(viewer.get("token").asText());
        onlooker.send("agent_kill", project);
        onlooker.until("error");
        audited("agent_kill", "onlooker", "PERMISSION_DENIED");
        shell.print("switchboard:execute audited hello");
        audited("execute", shellUser, entry -> entry.path("project").asText().equals(project));
        shell.print("switchboard:token-revoke onlooker");
        audited(
                "token_revoke",
                shellUser,
                entry -> entry.at("/details/token").asText().equals("onlooker"));
        audited("disconnect", "onlooker", "ok");
        client.send("project_delete", project);
        client.until("project_deleted");
        audited("project_delete", "auditor", "ok");

        long refused = refusals();
        exchange("GET /asyncapi.json HTTP/1.1\r\nAuthorization: Bearer stolen\r\nHost: localhost:"
                + stage.server().port() + "\r\n\r\n");
        Server.await("the refusal", 20, () -> refusals() == refused + 1);
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(dataDir().resolve("audit/audit.jsonl"))));
        assertFalse(audit().toString().replace("request-" + MARK, "").contains(MARK), "a prompt is in the audit log");
    }

    private boolean logsText() {
        try {
            shell.run("log:log --level ERROR 'evil \u001B[31m text'");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return lines().stream()
                .anyMatch(line -> line.matches("[0-9T:.-]+Z ERROR \\[[^]]+] \\S+: .*evil \\\\u001B\\[31m text.*"));
    }

    @Test
    @Order(5)
    @DisplayName("H3 H4 level and format change live, and back; the audit log tells of it")
    void changesLive() throws Exception {
        Files.writeString(settings, String.join("\n", "logging.level = warn", "logging.format = text", ""));
        audited(
                "configuration_change",
                "server",
                entry -> entry.at("/details/keys").toString().contains("logging.level"));
        Server.await("a line of text", 20, this::logsText); // it changes a moment before or after that was recorded
        int before = lines().size();
        try (Client quiet = stage.server().connect()) {
            quiet.send("project_list", Client.data());
            quiet.next("project_list");
        }
        shell.run("log:log --level ERROR 'the end'");
        Server.await("the end", 20, () -> String.join("", lines()).contains("the end"));
        List<String> since = lines().subList(before, lines().size());
        assertTrue(
                since.stream().noneMatch(line -> line.contains(" DEBUG ") || line.contains(" INFO ")), since::toString);
        assertTrue(since.stream().noneMatch(line -> CONTROL.matcher(line).find()), since::toString);
        Files.writeString(settings, "logging.level = loud\n");
        Server.await(
                "the bad value is told",
                20,
                () -> String.join("", lines())
                        .contains(
                                "logging.level = \\\"loud\\\" is not valid: expected one of error, warn, info, debug, trace"));
    }
}
