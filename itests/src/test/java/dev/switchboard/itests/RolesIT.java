package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
    private static final String NO_PROJECT = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";

    /** The least role for each type. */
    private static final Map<String, String> TABLE = table();

    @TempDir
    static Path directory;

    private Stage stage;

    private static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        List.of(
                        "project_list",
                        "project_join",
                        "project_leave",
                        "get_messages",
                        "health_check",
                        "health",
                        "hello",
                        "session_list")
                .forEach(type -> table.put(type, "viewer"));
        List.of(
                        "project_create",
                        "project_delete",
                        "execute",
                        "agent_kill",
                        "agent_new_session",
                        "permission_response",
                        "agent_interrupt",
                        "queue_cancel",
                        "project_configure")
                .forEach(type -> table.put(type, "operator"));
        return table;
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
        for (String role : ROLES) {
            Client client = stage.client(stage.token(role));
            for (Map.Entry<String, String> row : TABLE.entrySet()) {
                boolean allowed = ROLES.indexOf(role) >= ROLES.indexOf(row.getValue());
                String answer = answer(client, row.getKey());
                String what = row.getKey() + " by " + role + ": " + answer;
                assertEquals(!allowed, answer.equals("PERMISSION_DENIED"), what);
                assertFalse(answer.equals("UNAUTHORIZED"), what);
            }
            assertEquals("VALIDATION_FAILED", answer(client, "frobnicate"));
            client.sendText("{\"type\":\"heartbeat\"}");
            client.sendText("{\"type\":\"ping\"}");
            assertEquals("hello", answer(client, "hello"));
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
            for (String type : TABLE.keySet()) {
                assertEquals("UNAUTHORIZED", answer(client, type), type);
            }
            assertEquals("UNAUTHORIZED", answer(client, "frobnicate"));
            client.send("auth", Stage.data("token", stage.server().token()));
            client.next("auth");
            for (String type : TABLE.keySet()) {
                assertFalse(REFUSALS.contains(answer(client, type)), type);
            }
        }
    }
}
