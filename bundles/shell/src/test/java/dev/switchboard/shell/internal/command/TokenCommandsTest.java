package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.shell.internal.FakeTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandsTest {
    private static final String ENCODED = "sb_secret%2Bof%2Fthe%3Dtoken";

    private final Calls calls = new Calls();
    private final FakeTokens tokens = new FakeTokens();

    @TempDir
    Path data;

    @BeforeEach
    void offerTokens() {
        calls.server.tokens = Optional.of(tokens);
        calls.server.settings = calls.server.settings.with(ServerSettings.DATA_DIR, data.toString());
    }

    private NewToken wanted() {
        return tokens.wanted.get(tokens.wanted.size() - 1);
    }

    private SwitchboardException refused(String... words) {
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new TokenCreateCommand(), words));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        return refusal;
    }

    @Test
    @DisplayName("C5 H6 token-create shows the secret; without options it may only look, until it is revoked")
    void createsTokens() throws CommandException {
        calls.call(new TokenCreateCommand(), "reader");
        assertEquals(FakeTokens.SECRET, calls.output.lines().get(0));
        assertEquals(2, calls.output.lines().size());
        assertEquals(new NewToken("reader", Role.VIEWER, Optional.empty(), Optional.empty()), wanted());
    }

    @Test
    @DisplayName("C5 H6 role, lifetime and projects of a token")
    void takesOptions() throws CommandException, JsonProcessingException {
        ProjectId project = calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
        calls.call(
                new TokenCreateCommand(),
                "--role",
                "operator",
                "--ttl",
                "15m",
                "--project",
                "one",
                "--project",
                "abcd",
                "--json",
                "writer");
        Set<ProjectId> only = Set.of(project);
        assertEquals(
                new NewToken("writer", Role.OPERATOR, Optional.of(Duration.ofMinutes(15)), Optional.of(only)),
                wanted());
        JsonNode document = calls.output.json();
        assertEquals(FakeTokens.SECRET, document.get("token").asText());
        assertEquals("operator", document.get("role").asText());
        assertEquals(project.toString(), document.get("projects").get(0).asText());
        assertEquals("2026-01-31T10:30:30.123456Z", document.get("expires_at").asText());
        calls.call(new TokenCreateCommand(), "--days", "1", "short");
        assertEquals(Optional.of(Duration.ofDays(1)), wanted().lifetime());
        calls.call(new TokenCreateCommand(), "--days", "3650", "long");
        assertEquals(Optional.of(Duration.ofDays(3650)), wanted().lifetime());
    }

    @Test
    @DisplayName("H6 wrong options are refused with what would be right, and make no token")
    void refusesWrongOptions() {
        assertTrue(refused("--role", "root", "x").getMessage().contains("viewer, operator or admin"));
        refused("--days", "0", "x");
        refused("--days", "3651", "x");
        refused("--ttl", "soon", "x");
        refused("--days", "1", "--ttl", "1d", "x");
        SwitchboardException unknown = assertThrows(
                SwitchboardException.class, () -> calls.call(new TokenCreateCommand(), "--project", "nowhere", "x"));
        assertEquals(ErrorCode.PROJECT_NOT_FOUND, unknown.code());
        assertEquals(List.of(), tokens.wanted);
        assertEquals("", calls.output.text());
    }

    @Test
    @DisplayName("C5 H6 token-list never shows a secret; token-revoke takes a name or an id")
    void listsAndRevokes() throws CommandException {
        Calls maker = new Calls();
        maker.server.tokens = calls.server.tokens;
        maker.call(new TokenCreateCommand(), "reader");
        maker.call(new TokenCreateCommand(), "--days", "1", "other");
        calls.call(new TokenListCommand());
        calls.call(new TokenListCommand(), "--json");
        assertTrue(calls.output.text().contains("reader") && calls.output.text().contains("when revoked"));
        assertFalse(calls.output.text().contains("secret"), calls.output.text());
        calls.call(new TokenRevokeCommand(), "reader");
        calls.call(new TokenRevokeCommand(), "id-2");
        assertEquals(List.of(), tokens.list());
    }

    @Test
    @DisplayName("C5 H6 token-revoke --json tells of the token what token-list does, whichever way it was named")
    void tellsWhatItRevoked() throws CommandException, JsonProcessingException {
        for (String name : List.of("reader", "id-1")) {
            Calls maker = new Calls();
            maker.server.tokens = Optional.of(new FakeTokens());
            maker.call(new TokenCreateCommand(), "reader");
            Calls revoker = new Calls();
            revoker.server.tokens = maker.server.tokens;
            assertEquals(0, revoker.call(new TokenRevokeCommand(), "--json", name));
            JsonNode document = revoker.output.json();
            assertEquals("id-1", document.get("id").asText());
            assertEquals("reader", document.get("name").asText());
            assertEquals("revoked", document.get("status").asText());
            assertFalse(revoker.output.text().contains("secret"), revoker.output.text());
        }
    }

    @Test
    @DisplayName("C5 H6 who takes the secret for a name is not shown it again")
    void doesNotRepeatWhatIsUnknown() {
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new TokenRevokeCommand(), FakeTokens.SECRET));
        assertFalse(refusal.getMessage().contains(FakeTokens.SECRET), refusal.getMessage());
    }

    @Test
    @DisplayName("H6 url: where the server listens, with an admin token for 15 minutes, of another name each time")
    void printsTheUrl() throws CommandException, IOException {
        Files.writeString(
                data.resolve("instance.json"), "{\"pid\":1,\"url\":\"http://localhost:40123/\",\"ready\":true}\n");
        calls.call(new UrlCommand());
        calls.call(new UrlCommand());
        String url = "http://localhost:40123/#token=" + ENCODED;
        assertEquals(List.of(url, url), calls.output.lines());
        assertEquals(Role.ADMIN, wanted().role());
        assertEquals(Optional.of(Duration.ofMinutes(15)), wanted().lifetime());
        assertNotEquals(tokens.wanted.get(0).name(), tokens.wanted.get(1).name());
        assertTrue(wanted().name().length() <= 64);
    }

    @Test
    @DisplayName("C5 H6 url: for less than everything, and never for long")
    void limitsTheUrl() throws CommandException {
        ProjectId project = calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
        calls.call(new UrlCommand(), "--role", "viewer", "--ttl", "24h", "--project", "one");
        assertEquals(Role.VIEWER, wanted().role());
        assertEquals(Optional.of(Duration.ofDays(1)), wanted().lifetime());
        assertEquals(Optional.of(Set.of(project)), wanted().projects());
        for (List<String> wrong :
                List.of(List.of("--ttl", "25h"), List.of("--ttl", "for ever"), List.of("--role", "root"))) {
            SwitchboardException refusal = assertThrows(
                    SwitchboardException.class, () -> calls.call(new UrlCommand(), wrong.toArray(String[]::new)));
            assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        }
        assertEquals(1, tokens.wanted.size());
    }

    @Test
    @DisplayName("H6 url: public.url goes before all else, the configuration's port after it")
    void choosesTheAddress() throws CommandException, IOException {
        calls.call(new UrlCommand());
        Files.writeString(data.resolve("instance.json"), "not json");
        calls.server.settings =
                calls.server.settings.with(ServerSettings.HOST, "::1").with(ServerSettings.PORT, 9000);
        calls.call(new UrlCommand());
        Files.writeString(data.resolve("instance.json"), "{\"url\":\"http://localhost:40123/\"}");
        calls.server.settings = calls.server.settings.with(ServerSettings.PUBLIC_URL, "https://agents.example.org/x");
        calls.call(new UrlCommand());
        assertEquals(
                List.of(
                        "http://localhost:8443/#token=" + ENCODED,
                        "http://[::1]:9000/#token=" + ENCODED,
                        "https://agents.example.org/x/#token=" + ENCODED),
                calls.output.lines());
    }

    @Test
    @DisplayName("H6 url: no token where nobody needs one, and none is wasted while the port is not known")
    void makesNoTokenInVain() throws CommandException {
        calls.server.settings = calls.server.settings.with(ServerSettings.AUTH_MODE, AuthMode.NONE);
        calls.call(new UrlCommand());
        assertEquals(List.of("http://localhost:8443/"), calls.output.lines());
        calls.server.settings = calls.server
                .settings
                .with(ServerSettings.AUTH_MODE, AuthMode.TOKEN)
                .with(ServerSettings.PORT, 0);
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> calls.call(new UrlCommand()));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refusal.code());
        assertEquals(List.of(), tokens.wanted);
    }
}
