package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.data;
import static dev.switchboard.itests.Stage.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each limit: as much as it allows is allowed, one more is refused and says so, and who made room may go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LimitsIT {
    private static final int MESSAGE_BYTES = 10_000;
    private static final int REQUESTS = 20;
    private static final int PER_TOKEN = 6;
    private static final int CONNECTIONS = PER_TOKEN + 1;
    private static final int PER_ADDRESS = 4;
    private static final int STRANGERS = 2;
    private static final int ATTEMPTS = 300;

    @TempDir
    static Path directory;

    private Stage stage;

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(
                directory,
                Map.ofEntries(
                        Map.entry("LIMITS_MESSAGE_BYTES", Integer.toString(MESSAGE_BYTES)),
                        Map.entry("LIMITS_REQUESTS_PER_SECOND", Integer.toString(REQUESTS)),
                        Map.entry("LIMITS_CONNECTIONS", Integer.toString(CONNECTIONS)),
                        Map.entry("LIMITS_CONNECTIONS_PER_IP", Integer.toString(PER_ADDRESS)),
                        Map.entry("LIMITS_CONNECTIONS_PER_TOKEN", Integer.toString(PER_TOKEN)),
                        Map.entry("LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP", Integer.toString(STRANGERS)),
                        Map.entry("LIMITS_CONNECTS_PER_MINUTE_PER_IP", Integer.toString(ATTEMPTS)),
                        Map.entry("LIMITS_PROJECTS", "3"),
                        Map.entry("LIMITS_EXECUTIONS", "2"),
                        Map.entry("LIMITS_EXECUTIONS_PER_MINUTE", "4"),
                        Map.entry("TLS_MODE", "proxy"),
                        Map.entry("PROXIES_TRUSTED", "127.0.0.1")));
    }

    @AfterEach
    void makeRoom() throws Exception {
        stage.closeClients();
        // The one that is left besides the one that asks is the stage's own, which creates projects.
        Server.await("all connections are gone", 30, () -> connections() <= 2);
        try (Client client = stage.server().connect()) {
            client.send("project_list", Client.data());
            for (JsonNode project : client.next("project_list").at("/data/projects")) {
                client.send("project_delete", project.get("id").asText());
                client.until("project_deleted");
            }
        }
        Server.await("the connection is gone", 30, () -> connections() <= 2);
    }

    /** How many there are, this one among them. */
    private int connections() {
        try (Client client = stage.server().connect()) {
            client.send("health", Client.data());
            return client.next("health_status").at("/data/connections/active").asInt();
        } catch (Exception e) {
            return Integer.MAX_VALUE; // no room yet
        }
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private static void assertLimit(JsonNode frame, String resource, int limit) {
        JsonNode details = assertCode("RESOURCE_LIMIT", frame).get("details");
        assertEquals(resource, details.get("resource").asText());
        assertEquals(limit, details.get("limit").asInt());
        assertTrue(details.get("current").asInt() >= limit);
    }

    /** One connection to the server, and how it was received; the body is one line, of one that was let in none. */
    private record Knock(Socket socket, int status, Map<String, String> headers, String body) {
        static Knock at(Server server, InetAddress from) throws IOException {
            return at(server, from, "Authorization: Bearer " + server.token());
        }

        /** Through the proxy that this machine is. */
        static Knock behind(Server server, String forwardedFor, String token) throws IOException {
            String authorization = token.isEmpty() ? "" : "\r\nAuthorization: Bearer " + token;
            return at(server, InetAddress.getByName("127.0.0.1"), "X-Forwarded-For: " + forwardedFor + authorization);
        }

        private static Knock at(Server server, InetAddress from, String headerLines) throws IOException {
            Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port(), from, 0);
            socket.setSoTimeout(30_000);
            String request = "GET /ws HTTP/1.1\r\nHost: localhost:" + server.port() + "\r\n" + headerLines
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            int status = Integer.parseInt(in.readLine().split(" ")[1]);
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                headers.put(
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1).strip());
            }
            return new Knock(socket, status, headers, status == 101 ? "" : in.readLine());
        }
    }

    @Test
    @DisplayName("C4 connections, from one address and in all: 429 with Retry-After past the limit, until one has gone")
    void limitsConnections() throws Exception {
        InetAddress one = InetAddress.getByName("127.0.0.1");
        InetAddress other = InetAddress.getByName("127.0.0.2");
        Assumptions.assumeTrue(System.getProperty("os.name").startsWith("Linux"), "127.0.0.2 is an address");
        List<Socket> open = new ArrayList<>();
        try {
            // The stage's own connection may have come over IPv6: it counts among all in any case.
            int status = 101;
            int fromOne = 0;
            while (status == 101) {
                Knock knock = Knock.at(stage.server(), one);
                open.add(knock.socket());
                status = knock.status();
                fromOne += status == 101 ? 1 : 0;
                assertTrue(status == 101 || knock.headers().get("Retry-After").matches("[1-9]\\d*"));
            }
            assertEquals(429, status);
            assertTrue(fromOne == PER_ADDRESS || fromOne == PER_ADDRESS - 1, fromOne + " from one address");
            for (int i = fromOne + 1; i < PER_TOKEN; i++) {
                Knock knock = Knock.at(stage.server(), other);
                open.add(knock.socket());
                assertEquals(101, knock.status());
            }
            // With that token there are as many as there may be.
            Knock last = Knock.behind(stage.server(), "203.0.113.9", "");
            open.add(last.socket());
            assertEquals(101, last.status());
            Knock tooMany = Knock.behind(stage.server(), "203.0.113.9", "");
            open.add(tooMany.socket());
            assertEquals(429, tooMany.status());
            assertTrue(tooMany.body().startsWith("there are " + CONNECTIONS + " connections and"), tooMany.body());
            open.remove(0).close();
            Server.await("there is room again", 30, () -> {
                try {
                    Knock knock = Knock.at(stage.server(), one);
                    open.add(knock.socket());
                    return knock.status() == 101;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("C4 C5 without a token few from one address, which is the one that the proxy was reached from")
    void limitsStrangers() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            String client = "203.0.113.5";
            for (String forwarded : List.of(client, "198.51.100.1, " + client)) {
                Knock knock = Knock.behind(stage.server(), forwarded, "");
                open.add(knock.socket());
                assertEquals(101, knock.status());
            }
            Knock third = Knock.behind(stage.server(), "198.51.100.2, " + client, "");
            open.add(third.socket());
            assertEquals(429, third.status());
            assertTrue(third.headers().get("Retry-After").matches("[1-9]\\d*"));
            Knock other = Knock.behind(stage.server(), client + ", 203.0.113.6", "");
            open.add(other.socket());
            assertEquals(101, other.status());
            Knock known = Knock.behind(stage.server(), client, stage.server().token());
            open.add(known.socket());
            assertEquals(101, known.status());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName(
            "C4 C5 connections with one token: one more is 429, and CONNECTION_LIMIT in answer to auth, which may be tried"
                    + " again and succeeds when one has gone")
    void limitsTokens() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            // The stage's own is the first.
            for (int i = 1; i < PER_TOKEN; i++) {
                Knock knock = Knock.behind(
                        stage.server(), "203.0.113." + (20 + i), stage.server().token());
                open.add(knock.socket());
                assertEquals(101, knock.status());
            }
            Knock tooMany =
                    Knock.behind(stage.server(), "203.0.113.20", stage.server().token());
            open.add(tooMany.socket());
            assertEquals(429, tooMany.status());
            assertTrue(tooMany.headers().get("Retry-After").matches("[1-9]\\d*"));
            assertTrue(
                    tooMany.body().startsWith("there are " + PER_TOKEN + " connections with one token"),
                    tooMany.body());
            try (Client stranger = Client.connect(stage.server().webSocket())) {
                stranger.send("auth", data("token", stage.server().token()));
                JsonNode details =
                        assertCode("CONNECTION_LIMIT", stranger.next()).get("details");
                assertEquals("connections_per_token", details.get("resource").asText());
                assertEquals(PER_TOKEN, details.get("limit").asInt());
                assertEquals(PER_TOKEN, details.get("current").asInt());
                assertTrue(details.get("retry_after_ms").asInt() > 0);
                stranger.send("hello", Client.data());
                assertCode("UNAUTHORIZED", stranger.next());
                open.remove(0).close();
                Server.await("there is room again", 30, () -> authenticates(stranger));
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private boolean authenticates(Client client) {
        try {
            client.send("auth", data("token", stage.server().token()));
            return client.next().get("type").asText().equals("auth");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName(
            "C4 C5 attempts per minute: who tries too many tokens is turned away, others behind the same proxy are not")
    void limitsAttempts() throws Exception {
        String guesser = "203.0.113.7";
        int attempts = 0;
        int status = 401;
        while (status == 401 && attempts < 10 * ATTEMPTS) {
            attempts++;
            status = knock(guesser, "sb_" + attempts);
        }
        assertEquals(429, status);
        assertTrue(attempts > ATTEMPTS, attempts + " attempts");
        assertEquals(401, knock("203.0.113.8", "wrong"));
        assertEquals(101, knock("203.0.113.8", stage.server().token()));
    }

    private int knock(String forwardedFor, String token) throws IOException {
        Knock knock = Knock.behind(stage.server(), forwardedFor, token);
        knock.socket().close();
        return knock.status();
    }

    @Test
    @DisplayName("C4 requests per second: a burst of the limit is answered, more is refused, and the connection lives")
    void limitsRequests() throws Exception {
        Client client = stage.client();
        for (int i = 0; i < REQUESTS; i++) {
            client.sendText("{\"type\":\"hello\"}");
        }
        for (int i = 0; i < REQUESTS; i++) {
            client.next("hello");
        }
        int many = 20 * REQUESTS;
        for (int i = 0; i < many; i++) {
            client.sendText("{\"type\":\"hello\"}");
        }
        int refused = 0;
        for (int i = 0; i < many; i++) {
            JsonNode frame = client.next();
            if (frame.get("type").asText().equals("error")) {
                refused++;
                assertLimit(frame, "requests_per_second", REQUESTS);
                assertTrue(frame.at("/data/details/retry_after_ms").asInt() > 0);
            }
        }
        assertTrue(refused > 0);
    }

    @Test
    @DisplayName("C4 message size: the limit is accepted, one byte more is MESSAGE_SIZE_LIMIT and 1009")
    void limitsMessages() throws Exception {
        Client client = stage.client();
        String frame = "{\"type\":\"hello\",\"x\":\"\"}";
        String filler = "x".repeat(MESSAGE_BYTES - frame.length());
        client.sendText(frame.replace("\"\"", "\"" + filler + "\""));
        client.next("hello");
        client.sendText(frame.replace("\"\"", "\"" + filler + "x\""));
        JsonNode details = assertCode("MESSAGE_SIZE_LIMIT", client.next()).get("details");
        assertEquals(MESSAGE_BYTES, details.get("limit").asInt());
        assertEquals(1009, client.closeCode());
    }

    @Test
    @DisplayName("C4 P1 projects: as many as allowed, not one more, and again one when one is deleted")
    void limitsProjects() throws Exception {
        Client client = stage.client();
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            projects.add(client.create(stage.directory().toString()));
        }
        client.send("project_create", data("path", stage.directory().toString()));
        assertLimit(client.next(), "projects", 3);
        client.send("project_delete", projects.get(0));
        client.next("project_deleted");
        client.create(stage.directory().toString());
    }

    @Test
    @DisplayName("C4 X3 runs at the same time: as many as allowed, not one more, and again one when one is over")
    void limitsRuns() throws Exception {
        Client client = stage.client();
        List<String> projects = List.of(stage.project(), stage.project(), stage.project());
        for (String project : projects.subList(0, 2)) {
            client.execute(project, "[[hang]]");
            client.until("execute");
        }
        client.execute(projects.get(2), "hello");
        assertLimit(client.until(frame -> frame.path("project_id").asText().equals(projects.get(2))), "executions", 2);
        client.send("agent_kill", projects.get(0));
        client.until("execution_killed");
        client.execute(projects.get(2), "hello");
        client.until(frame -> frame.path("project_id").asText().equals(projects.get(2))
                && Client.stateOf(frame).filter("IDLE"::equals).isPresent());
        client.send("agent_kill", projects.get(1));
        client.until("execution_killed");
    }

    @Test
    @DisplayName("C4 starts per minute and project: as many as allowed, not one more; another project may")
    void limitsStarts() throws Exception {
        String project = stage.project();
        String other = stage.project();
        Client client = stage.member(project);
        for (int i = 0; i < 4; i++) {
            // At once over again, so that all are within a minute however slow the machine is.
            client.execute(project, "[[hang]]");
            expect(client, project, "project_state", "prompt", "execute");
            client.send("agent_kill", project);
            client.until("execution_killed");
        }
        client.execute(project, "hello");
        JsonNode refused = client.next();
        assertLimit(refused, "executions_per_minute", 4);
        assertTrue(refused.at("/data/details/retry_after_ms").asInt() > 0);
        client.execute(other, "hello");
        client.run();
        stage.nothingElse(project, client);
    }
}
