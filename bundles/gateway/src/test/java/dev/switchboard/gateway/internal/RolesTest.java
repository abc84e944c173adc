package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("C5 roles")
class RolesTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/a");

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "project_create, OPERATOR",
        "project_list, VIEWER",
        "project_delete, OPERATOR",
        "project_join, VIEWER",
        "project_leave, VIEWER",
        "project_configure, OPERATOR",
        "execute, OPERATOR",
        "agent_kill, OPERATOR",
        "agent_interrupt, OPERATOR",
        "agent_new_session, OPERATOR",
        "session_list, VIEWER",
        "queue_cancel, OPERATOR",
        "permission_response, OPERATOR",
        "get_messages, VIEWER",
        "health, VIEWER",
        "health_check, VIEWER",
        "hello, VIEWER"
    })
    void asksForTheRoleOfEachType(String type, Role least) {
        for (Role role : Role.values()) {
            JsonNode answer =
                    world.client(role.wireName()).send(type, project, "{}").next();
            String code = answer.at("/data/code").asText();
            if (role.covers(least)) {
                assertNotEquals("PERMISSION_DENIED", code);
            } else {
                assertEquals("PERMISSION_DENIED", code, answer::toString);
                assertEquals(
                        least.wireName(),
                        answer.at("/data/details/required_role").asText());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'dangerously_skip_permissions':true", "'permission_mode':'bypassPermissions'"})
    void letsOnlyAdminsSwitchQuestionsOffAndOnlyIfConfigured(String option) {
        String data = "{'prompt':'hi','options':{" + option.replace("''", "'") + "}}";
        world.client("admin").send("execute", project, data).nextError("PERMISSION_DENIED");
        world.set(ServerSettings.CLAUDE_BYPASS_ALLOWED, true);
        world.client("operator").send("execute", project, data).nextError("PERMISSION_DENIED");
        assertEquals(null, world.server.lastRequest.get());
        Client admin = world.admin();
        admin.send("execute", project, data).nexts("project_state", "prompt", "execute");
        assertEquals(true, world.server.lastRequest.get().options().bypassesPermissions());
    }

    @Test
    void anybodyIsAdminWithoutAuthentication() {
        world.set(ServerSettings.AUTH_MODE, ServerSettings.AuthMode.NONE);
        Client client = world.client(java.util.Optional.empty());
        assertEquals(
                "admin",
                client.send("{'type':'hello'}").next("hello").at("/data/role").asText());
        client.send("execute", project, "{'prompt':'hi'}").next("project_state");
        assertEquals("anonymous", client.next("prompt").at("/data/by").asText());
    }
}
