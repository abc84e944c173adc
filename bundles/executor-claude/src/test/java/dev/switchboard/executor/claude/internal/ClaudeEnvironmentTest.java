package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClaudeEnvironmentTest {
    private static final Map<String, String> ALWAYS = ClaudeEnvironment.of(Map.of(), List.of());

    @Test
    @DisplayName("X9 the list of the configuration, a trailing * standing for any rest, and nothing else")
    void allowed() {
        Map<String, String> server = Map.of(
                "PATH",
                "/bin",
                "LC_ALL",
                "C",
                "LC_",
                "x",
                "LC",
                "no",
                "ANTHROPIC_API_KEY",
                "key",
                "PATHX",
                "no",
                "SWITCHBOARD_AUTH_TOKEN",
                "secret",
                "path",
                "no");
        Map<String, String> expected = new HashMap<>(ALWAYS);
        expected.putAll(Map.of("PATH", "/bin", "LC_ALL", "C", "LC_", "x", "ANTHROPIC_API_KEY", "key"));
        assertEquals(expected, ClaudeEnvironment.of(server, Settings.defaults().get(ServerSettings.CLAUDE_ENV)));
    }

    @Test
    @DisplayName("X9 never IS_SANDBOX, whatever is allowed")
    void never() {
        Map<String, String> server = Map.of("IS_SANDBOX", "1", "ANTHROPIC_LOG", "debug", "DISABLE_AUTOUPDATER", "0");
        assertEquals(ALWAYS, ClaudeEnvironment.of(server, List.of("*", "IS_SANDBOX")));
        assertEquals("1", ALWAYS.get("DISABLE_AUTOUPDATER"));
        assertEquals("1", ALWAYS.get("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS"));
    }
}
