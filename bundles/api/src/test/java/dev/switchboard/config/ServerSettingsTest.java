package dev.switchboard.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H4 every key of the configuration")
class ServerSettingsTest {
    static List<Setting<?>> all() {
        return ServerSettings.all();
    }

    static List<Setting<?>> numbers() {
        return all().stream().filter(setting -> setting.range().isPresent()).toList();
    }

    @Test
    void noKeyAndNoVariableMeansTwoThings() {
        Set<String> keys = new HashSet<>();
        Set<String> variables = new HashSet<>();
        for (Setting<?> setting : all()) {
            assertTrue(keys.add(setting.key()), setting.key());
            assertTrue(variables.add(setting.variable()), setting.variable());
        }
        assertTrue(keys.contains("host") && keys.contains("store"), "the first and the last are found");
    }

    @ParameterizedTest
    @MethodSource("all")
    void hasADefaultThatIsValid(Setting<?> setting) {
        Object value = assertDoesNotThrow(() -> setting.parse(setting.defaultText()));
        assertEquals(value, Settings.defaults().get(setting));
        assertFalse(Settings.defaults().has(setting));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isNamedAndDescribedInTheSameStyle(Setting<?> setting) {
        assertTrue(setting.key().matches("[a-z]+(\\.[a-z]+)*"), setting.key());
        assertTrue(setting.description().matches("[A-Z].*[^ ]\\."), setting.description());
        assertFalse(setting.expected().isBlank());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void holdsAtItsBoundsAndNotOnePastThem(Setting<?> setting) {
        Setting.Range range = setting.range().orElseThrow();
        assertDoesNotThrow(() -> setting.parse(Long.toString(range.min())));
        assertDoesNotThrow(() -> setting.parse(Long.toString(range.max())));
        assertThrows(IllegalArgumentException.class, () -> setting.parse(Long.toString(range.min() - 1)));
        assertThrows(IllegalArgumentException.class, () -> setting.parse(Long.toString(range.max() + 1)));
    }

    @Test
    void secrets() {
        assertEquals(
                List.of(
                        ServerSettings.TLS_KEYSTORE_PASSWORD,
                        ServerSettings.AUTH_TOKEN,
                        ServerSettings.POSTGRESQL_PASSWORD),
                all().stream().filter(Setting::secret).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "claude.path", "executor.default", "store"})
    void somethingMustStandThere(String key) {
        assertThrows(IllegalArgumentException.class, () -> find(key).parse("  "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://agents.example.org", "http://localhost:*", "capacitor://localhost", ""})
    void anOriginIsSchemeHostAndPort(String origin) {
        assertDoesNotThrow(() -> ServerSettings.ORIGINS_ALLOWED.parse(origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "null", "agents.example.org", "https://*.example.org", "https://example.org/"})
    void whatIsNoOriginIsRefused(String origin) {
        assertThrows(IllegalArgumentException.class, () -> ServerSettings.ORIGINS_ALLOWED.parse(origin));
        assertThrows(IllegalArgumentException.class, () -> ServerSettings.ORIGINS_ALLOWED.parse("http://a, " + origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"agents.example.org", "ftp://example.org", "https://", "https://example.org/?a=b"})
    void whatIsNoPublicUrlIsRefused(String url) {
        assertThrows(IllegalArgumentException.class, () -> ServerSettings.PUBLIC_URL.parse(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://agents.example.org", "http://10.0.0.1:8080/agents/", ""})
    void aPublicUrlMayHaveAPath(String url) {
        assertDoesNotThrow(() -> ServerSettings.PUBLIC_URL.parse(url));
    }

    @Test
    void sourcesAreThoseThatTheCliKnows() {
        assertEquals("user,project", ServerSettings.CLAUDE_SETTING_SOURCES.parse("user,project"));
        assertEquals("", ServerSettings.CLAUDE_SETTING_SOURCES.parse(""));
        assertThrows(IllegalArgumentException.class, () -> ServerSettings.CLAUDE_SETTING_SOURCES.parse("user,all"));
    }

    @Test
    void filesThatAreNotReadArePaths() {
        assertEquals(List.of("/srv/a b", "~/.ssh"), ServerSettings.CLAUDE_READ_DENIED.parse("/srv/a b , ~/.ssh"));
        assertEquals(List.of(), ServerSettings.CLAUDE_READ_DENIED.parse(""));
        for (String wrong : List.of("relative", "~", "~ada/.ssh", "/", "/a*", "/a,b", "/a(1)", "~/{a}")) {
            assertThrows(IllegalArgumentException.class, () -> ServerSettings.CLAUDE_READ_DENIED.parse(wrong), wrong);
        }
    }

    private static Setting<?> find(String key) {
        return all().stream()
                .filter(setting -> setting.key().equals(key))
                .findAny()
                .orElseThrow();
    }
}
