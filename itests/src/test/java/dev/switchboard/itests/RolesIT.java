package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which role may send what: all types of section 2 and 6, for all roles and for nobody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RolesIT {
    private static final List<String> ROLES = List.of("viewer", "operator", "admin");
    private static final Set<String> REFUSALS = Set.of("PERMISSION_DENIED", "UNAUTHORIZED");
    /** How soon a connection is closed when it has to be, on a machine that is busy with other tests. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private static final String NO_PROJECT = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";

    private static final Pattern ROW = Pattern.compile("\\| (\\(none\\)|`viewer`|`operator`) \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** The least role for each type, {@code (none)} for what needs no token, as the page says it: unit tests hold it to the code. */
    private static final Map<String, String> TABLE = table();

    @TempDir
    static Path directory;

    private Stage stage;

    private static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("..", "docs", "protocol.md"))) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    String role = row.group(1).replace("`", "");
                    NAME.matcher(row.group(2)).results().forEach(name -> table.put(name.group(1), role));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    /** The types that need at least some token. */
    private static List<String> guarded() {
        return TABLE.keySet().stream()
                .filter(type -> ROLES.contains(TABLE.get(type)))
                .toList();
    }

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(directory, Map.of());
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    /** The code of the error that a request gets, or the type of what it gets instead. */
    private static String answer(Client client, String type) throws Exception {
        // No project of this id is there: whoever may send the request is told so, and nothing is done.
        client.sendText(Stage.request(type, NO_PROJECT, Client.data())
                .put("request_id", type)
                .toString());
        JsonNode frame = client.next();
        assertEquals(type, frame.get("request_id").asText());
        return frame.get("type").asText().equals("error")
                ? frame.at("/data/code").asText()
                : frame.get("type").asText();
    }

    @Test
    @DisplayName("C5 C2 every request with every role: allowed from the least role on, PERMISSION_DENIED below it")
    void checksRoles() throws Exception {
        assertTrue(TABLE.size() >= 20, TABLE::toString);
        for (String role : ROLES) {
            Client client = stage.client(stage.token(role));
            for (String type : guarded()) {
                boolean allowed = ROLES.indexOf(role) >= ROLES.indexOf(TABLE.get(type));
                String answer = answer(client, type);
                String what = type + " by " + role + ": " + answer;
                assertEquals(!allowed, answer.equals("PERMISSION_DENIED"), what);
                assertFalse(answer.equals("UNAUTHORIZED"), what);
            }
            assertEquals("VALIDATION_FAILED", answer(client, "frobnicate"));
            assertEquals("VALIDATION_FAILED", answer(client, "auth"), "it lacks the token");
            client.sendText("{\"type\":\"heartbeat\"}");
            client.sendText("{\"type\":\"ping\"}");
            assertEquals("hello", answer(client, "hello"));
        }
    }

    @Test
    @DisplayName(
            "C5 a token that is bad or has expired: 401 by handshake; by frame UNAUTHORIZED, nothing more, and 1008,"
                    + " whatever request comes with it; whom it let in before is closed with 1008 when it expires")
    void letsNobodyInWithABadToken() throws Exception {
        JsonNode made = stage.newToken("--role admin --ttl 5s fleeting");
        Instant end = Instant.parse(made.get("expires_at").asText());
        String fleeting = made.get("token").asText();
        Client live = stage.client(fleeting);
        Client stays = stage.client();
        assertEquals("project_list", answer(live, "project_list"));
        refusesAll("sb_wrong");
        assertEquals(1008, live.closeCode());
        Duration after = Duration.between(end, Instant.now());
        assertFalse(after.isNegative(), "closed before its time: " + after);
        assertTrue(after.compareTo(PROMPT) < 0, "closed late: " + after);
        refusesAll(fleeting);
        assertEquals("project_list", answer(stays, "project_list"));
    }

    private void refusesAll(String token) throws Exception {
        assertEquals(401, Wire.knock(stage.server(), "?token=" + token));
        for (String type : TABLE.keySet()) {
            try (Wire wire = Wire.connect(stage.server(), "")) {
                // Both before any answer, so that the second is there when the first is refused.
                wire.text(Client.data()
                        .put("type", "auth")
                        .put("request_id", "a")
                        .set("data", Stage.data("token", token))
                        .toString());
                wire.text(Stage.request(type, NO_PROJECT, Client.data()).toString());
                JsonNode error = wire.next();
                Stage.assertCode("UNAUTHORIZED", error);
                assertEquals("a", error.path("request_id").asText());
                assertEquals(List.of(), wire.rest(), type);
                assertEquals(1008, wire.closeCode(), type);
            }
        }
    }

    @Test
    @DisplayName("C5 X10 permission questions are switched off by nobody where it is not configured")
    void checksTheBypass() throws Exception {
        String project = stage.project();
        Client admin = stage.member(project);
        for (String options :
                List.of("{\"dangerously_skip_permissions\":true}", "{\"permission_mode\":\"bypassPermissions\"}")) {
            admin.send("execute", project, Stage.data("prompt", "x").set("options", Client.JSON.readTree(options)));
            Stage.assertCode("PERMISSION_DENIED", admin.next());
        }
        stage.nothingElse(project, admin);
    }

    @Test
    @DisplayName("C5 C2 without a token: nothing but auth, ping and heartbeat, everything else UNAUTHORIZED")
    void letsNobodyDoAnything() throws Exception {
        try (Client client = Client.connect(stage.server().webSocket())) {
            client.sendText("{\"type\":\"heartbeat\"}");
            client.sendText("{\"type\":\"ping\"}");
            for (String type : guarded()) {
                assertEquals("UNAUTHORIZED", answer(client, type), type);
            }
            assertEquals("UNAUTHORIZED", answer(client, "frobnicate"));
            client.send("auth", Stage.data("token", stage.server().token()));
            client.next("auth");
            for (String type : guarded()) {
                assertFalse(REFUSALS.contains(answer(client, type)), type);
            }
        }
    }
}
