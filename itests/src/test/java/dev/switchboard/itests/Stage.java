package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One server and the clients of one test after the other, who must get exactly what the protocol says, and nothing else. */
final class Stage implements AutoCloseable {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

    private final Server server;
    private final Path directory;
    private Client prompter;
    private final List<Client> clients = new ArrayList<>();
    private int projects;
    private int markers;

    private Stage(Path directory, Server server) throws Exception {
        this.directory = directory;
        this.server = server;
        this.prompter = server.connect();
    }

    /**
     * Starts a server with settings, by what follows {@code SWITCHBOARD_} in their variables' names. Which program is the agent
     * can be set too; otherwise it is the mock.
     */
    static Stage open(Path directory, Map<String, String> settings) throws Exception {
        return open(directory, settings, Map.of());
    }

    /** The same with variables of any name in the server's environment. */
    static Stage open(Path directory, Map<String, String> settings, Map<String, String> variables) throws Exception {
        Server server = new Server(directory.resolve("data")).set("LIMITS_EXECUTIONS_PER_MINUTE", "0");
        settings.forEach(server::set);
        variables.forEach(server::variable);
        return new Stage(
                directory, settings.containsKey("CLAUDE_PATH") ? server.start("run") : server.start("run", "--demo"));
    }

    Server server() {
        return server;
    }

    /** Stops the server in good order and starts it again; clients are gone. */
    void restart() throws Exception {
        closeClients();
        prompter.close();
        server.stop();
        server.start();
        prompter = server.connect();
    }

    /** A client who may do everything. */
    Client client() throws Exception {
        return client(server.token());
    }

    Client client(String token) throws Exception {
        Client client = Client.connect(server.webSocket(), token);
        clients.add(client);
        return client;
    }

    /** A client who has joined a project. */
    Client member(String project) throws Exception {
        Client client = client();
        client.join(project);
        return client;
    }

    /** A client who watches the list of projects. */
    Client watcher() throws Exception {
        Client client = client();
        client.send("project_list", Client.data());
        client.next("project_list");
        return client;
    }

    /** A token of a role, made in the shell. */
    String token(String role) throws Exception {
        return newToken("--role " + role + " " + role).get("token").asText();
    }

    /** A token made in the shell, with its secret. */
    JsonNode newToken(String arguments) throws Exception {
        Server.Outcome made = server.command("shell", "switchboard:token-create --json " + arguments);
        assertEquals(0, made.status(), made.output());
        return Client.JSON.readTree(made.output());
    }

    /** A directory for a project. */
    Path directory() throws Exception {
        return Files.createDirectories(directory.resolve("projects/p" + ++projects));
    }

    /** A project that nobody has to do with yet. */
    String project() throws Exception {
        return prompter.create(directory().toString());
    }

    /** Waits until everything has been said that a project's last request caused. */
    void settle(String project) throws Exception {
        prompter.send("agent_kill", project);
        assertCode("PROCESS_NOT_FOUND", prompter.next("error"));
    }

    /** The next frames are exactly these, in this order, all about the project. */
    static List<JsonNode> expect(Client client, String project, String... types) throws Exception {
        List<JsonNode> frames = new ArrayList<>();
        for (String type : types) {
            JsonNode frame = client.next(type);
            assertEquals(project, frame.path("project_id").asText(), () -> frame.toString());
            assertEnvelope(frame);
            frames.add(frame);
        }
        return frames;
    }

    private static void assertEnvelope(JsonNode frame) {
        assertTrue(frame.path("timestamp").asText().matches(TIME), () -> frame.toString());
        assertTrue(frame.path("data").isObject(), () -> frame.toString());
        Set<String> fields =
                new TreeSet<>(Set.of("type", "project_id", "seq", "timestamp", "data", "request_id", "replay"));
        frame.fieldNames().forEachRemaining(name -> assertTrue(fields.contains(name), name));
    }

    /**
     * Nothing but what was expected has come: two requests, of which one is answered behind everything about the project and
     * the other behind everything else, get the next two replies.
     */
    void nothingElse(String project, Client... who) throws Exception {
        for (Client client : who) {
            int marker = ++markers;
            client.sendText(request("get_messages", project, data("limit", 1))
                    .put("request_id", "a" + marker)
                    .toString());
            client.sendText(Client.data()
                    .put("type", "what is this")
                    .put("request_id", "b" + marker)
                    .toString());
            Set<String> answered = new TreeSet<>();
            for (int i = 0; i < 2; i++) {
                JsonNode frame = client.next();
                answered.add(frame.path("request_id").asText("nothing: " + frame));
            }
            assertEquals(Set.of("a" + marker, "b" + marker), answered);
        }
    }

    static ObjectNode request(String type, String project, ObjectNode data) {
        ObjectNode frame = Client.data().put("type", type).put("project_id", project);
        frame.set("data", data);
        return frame;
    }

    static ObjectNode data(String name, Object value) {
        return Client.data().putPOJO(name, value);
    }

    /** The fields of an object are these; a name that ends in "?" need not be there. */
    static void assertFields(JsonNode object, String... names) {
        Set<String> missing = new TreeSet<>();
        Set<String> present = new TreeSet<>();
        object.fieldNames().forEachRemaining(present::add);
        for (String name : names) {
            boolean optional = name.endsWith("?");
            String plain = optional ? name.substring(0, name.length() - 1) : name;
            if (!present.remove(plain) && !optional) {
                missing.add(plain);
            }
        }
        assertEquals("missing: [], more: []", "missing: " + missing + ", more: " + present, () -> object.toString());
    }

    /** An error of the protocol's shape. */
    static JsonNode assertCode(String code, JsonNode frame) {
        if (!frame.path("type").asText().equals("error")) {
            return fail("expected an error, came " + frame);
        }
        assertEnvelope(frame);
        JsonNode data = frame.get("data");
        assertEquals(code, data.path("code").asText(), () -> frame.toString());
        assertFields(data, "code", "message", "error", "details?");
        assertEquals(data.get("message"), data.get("error"));
        assertTrue(!data.get("message").asText().isBlank());
        return data;
    }

    /** Ends the clients of a test. */
    void closeClients() {
        clients.forEach(Client::close);
        clients.clear();
    }

    @Override
    public void close() throws Exception {
        closeClients();
        prompter.close();
        server.close();
    }
}
