package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.FrameRule.Scope;
import dev.switchboard.gateway.internal.handler.RequestType;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("C5 roles")
class RolesTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\(none\\)|`viewer`|`operator`) \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private final World world = new World();
    private final ProjectId project = world.server.seed("/a");

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void asksForTheRoleOfEachType(RequestType type) {
        Optional<Role> least = type.rule().role();
        for (Role role : Role.values()) {
            Client client = world.client(role.wireName());
            client.send(type.wireName(), project, "{}").send("{'type':'project_list','request_id':'end'}");
            JsonNode answer = client.next();
            boolean allowed = least.map(role::covers).orElse(true);
            assertEquals(
                    !allowed, "PERMISSION_DENIED".equals(answer.at("/data/code").asText()), answer::toString);
            assertNotEquals("UNAUTHORIZED", answer.at("/data/code").asText());
            if (!allowed) {
                assertEquals(
                        least.orElseThrow().wireName(),
                        answer.at("/data/details/required_role").asText());
            }
        }
        Client nobody = world.client(Optional.empty());
        nobody.send(type.wireName(), project, "{}").send("{'type':'project_list','request_id':'end'}");
        JsonNode answer = nobody.next("error");
        if (least.isPresent()) {
            assertEquals("UNAUTHORIZED", answer.at("/data/code").asText());
        } else if (type == RequestType.AUTH) {
            assertEquals("VALIDATION_FAILED", answer.at("/data/code").asText(), "it lacks the token");
        } else {
            assertEquals("end", answer.path("request_id").asText(), "there is no reply");
        }
    }

    @ParameterizedTest
    @DisplayName("C5 for a token that is limited to other projects a project is not there, whatever is asked of it")
    @EnumSource
    void keepsProjectsFromWhoIsLimitedToOthers(RequestType type) {
        world.limitedTo.add(world.server.seed("/b"));
        Client client = world.client("limited");
        client.send(type.wireName(), project, "{}").send("{'type':'project_list','request_id':'end'}");
        JsonNode answer = client.next();
        if (type.rule().scope() == Scope.PROJECT) {
            assertEquals("PROJECT_NOT_FOUND", answer.at("/data/code").asText(), answer::toString);
        }
        assertFalse(answer.toString().contains("/a"), answer::toString);
        JsonNode state = world.admin().send("{'type':'project_list'}").next("project_list");
        assertEquals(2, state.at("/data/total").asInt(), "nothing was done");
    }

    @Test
    void knowsEveryTypeOfTheProtocolAndTheirHandlersAskForNothingElse() {
        Set<String> types = Stream.of(RequestType.values())
                .map(RequestType::wireName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(MessageSchemas.open().requestTypes(), types);
        for (RequestType type : RequestType.values()) {
            FrameRule rule = world.ruleOf(type.wireName()).orElseThrow();
            assertEquals(type.rule().role(), rule.role(), type::wireName);
            assertEquals(type.rule().scope(), rule.scope(), type::wireName);
        }
    }

    @Test
    @DisplayName("C5 D3 the table of roles on the protocol's page is the one that the server goes by")
    void isWhatThePageSays() throws IOException {
        Map<String, Set<String>> rows = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "..", "docs", "protocol.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(
                        row.group(1),
                        NAME.matcher(row.group(2))
                                .results()
                                .map(name -> name.group(1))
                                .collect(Collectors.toSet()));
            }
        }
        Map<String, Set<String>> table = new TreeMap<>();
        for (RequestType type : RequestType.values()) {
            String role = type.rule()
                    .role()
                    .map(least -> "`" + least.wireName() + "`")
                    .orElse("(none)");
            table.computeIfAbsent(role, any -> new TreeSet<>()).add(type.wireName());
        }
        assertEquals(table, rows);
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
        Client client = world.client(Optional.empty());
        assertEquals(
                "admin",
                client.send("{'type':'hello'}").next("hello").at("/data/role").asText());
        client.send("execute", project, "{'prompt':'hi'}").next("project_state");
        assertEquals("anonymous", client.next("prompt").at("/data/by").asText());
    }
}
