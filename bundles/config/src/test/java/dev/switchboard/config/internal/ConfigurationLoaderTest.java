package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.DATA_DIR;
import static dev.switchboard.config.ServerSettings.LIMITS_CONNECTIONS;
import static dev.switchboard.config.ServerSettings.PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H4 a server starts with a whole configuration or not at all")
class ConfigurationLoaderTest {
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final Properties process = new Properties();
    private final List<Integer> exits = new ArrayList<>();
    private final List<LiveConfiguration> published = new ArrayList<>();
    private Path home;
    private Path etc;

    @BeforeEach
    void setUp(@TempDir Path temporary) throws IOException {
        home = temporary.toRealPath().resolve("home");
        etc = Files.createDirectory(temporary.resolve("etc"));
    }

    @Test
    void withoutAFileDefaultsAndEnvironmentHold() {
        loader(Map.of("SWITCHBOARD_PORT", "9000")).updated(null);
        assertEquals(9000, published.get(0).settings().get(PORT));
        assertEquals(
                home.resolve(".switchboard").toString(),
                published.get(0).settings().get(DATA_DIR));
        assertTrue(Files.isDirectory(home.resolve(".switchboard")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.switchboard.cfg", "dev.switchboard.config", "dev.switchboard.cfg.json"})
    void aFileThatHasNotBeenReadYetIsWaitedFor(String name) throws IOException {
        Files.createFile(etc.resolve(name));
        ConfigurationLoader loader = loader(Map.of());
        loader.updated(null);
        assertEquals(List.of(), published);
        loader.updated(properties(Map.of("port", "9000")));
        assertEquals(9000, published.get(0).settings().get(PORT));
    }

    @Test
    void itIsPublishedOnceAndChangesAfterwards() {
        ConfigurationLoader loader = loader(Map.of());
        loader.updated(properties(Map.of("limits.connections", "5")));
        loader.updated(properties(Map.of("limits.connections", "6")));
        assertEquals(1, published.size());
        assertEquals(6, published.get(0).settings().get(LIMITS_CONNECTIONS));
        loader.updated(null);
        assertEquals(100, published.get(0).settings().get(LIMITS_CONNECTIONS), "the file was deleted");
    }

    @Test
    void aFileThatIsBeingReplacedChangesNothing() throws IOException {
        ConfigurationLoader loader = loader(Map.of());
        loader.updated(properties(Map.of("limits.connections", "5")));
        Files.createFile(etc.resolve("dev.switchboard.cfg"));
        loader.updated(null);
        assertEquals(5, published.get(0).settings().get(LIMITS_CONNECTIONS));
    }

    @Test
    void badValuesEndTheProcessWithOneLineEach() {
        ConfigurationLoader loader = loader(Map.of("SWITCHBOARD_PORT", "many"));
        loader.updated(properties(Map.of("auth.mode", "off")));
        assertEquals(List.of(78), exits);
        assertEquals(
                List.of(
                        "Switchboard cannot start: port = \"many\" is not valid: expected a whole number from 0 to"
                                + " 65535 (SWITCHBOARD_PORT)",
                        "Switchboard cannot start: auth.mode = \"off\" is not valid: expected one of token, none"
                                + " (the configuration dev.switchboard)"),
                console.toString(StandardCharsets.UTF_8).lines().toList());
        loader.updated(properties(Map.of()));
        loader.giveUp();
        assertEquals(List.of(), published, "what comes while the process ends starts nothing");
        assertEquals(List.of(78), exits);
    }

    @Test
    void whatSomebodyWroteMakesNoLineOfItsOwn() {
        loader(Map.of("SWITCHBOARD_PORT", "1\nSwitchboard ready\u001b[2J")).updated(null);
        assertEquals(1, console.toString(StandardCharsets.UTF_8).strip().lines().count());
        assertFalse(console.toString(StandardCharsets.UTF_8).contains("\u001b"));
    }

    @Test
    void aDataDirectoryThatCannotBeMadeEndsTheProcess() throws IOException {
        Path file = Files.createFile(etc.resolve("file"));
        loader(Map.of("SWITCHBOARD_DATA_DIR", file.toString())).updated(null);
        assertEquals(List.of(78), exits);
        assertTrue(console.toString(StandardCharsets.UTF_8).startsWith("Switchboard cannot start: data.dir = "));
        assertEquals(List.of(), published);
    }

    @Test
    @DisplayName("C5 a bad secret is refused without being shown")
    void aSecretIsNotPrinted() {
        Map<String, String> variables = Map.of(
                "SWITCHBOARD_AUTH_TOKEN",
                "hunter2",
                "SWITCHBOARD_AUTH_TOKEN_FILE",
                etc.resolve("x").toString());
        try (CapturedErr err = new CapturedErr()) {
            loader(variables).updated(null);
            assertEquals(List.of(), err.linesWith("hunter2"));
        }
        assertEquals(List.of(78), exits);
        assertFalse(console.toString(StandardCharsets.UTF_8).contains("hunter2"));
    }

    @Test
    void aFileThatIsNeverReadEndsTheProcess() throws IOException {
        Path file = Files.createFile(etc.resolve("dev.switchboard.cfg"));
        ConfigurationLoader loader = loader(Map.of());
        loader.updated(null);
        loader.giveUp();
        assertEquals(List.of(78), exits);
        assertTrue(console.toString(StandardCharsets.UTF_8)
                .startsWith("Switchboard cannot start: " + file + " was not read"));
    }

    @Test
    void aFrameworkWithoutConfigAdminEndsTheProcess() {
        loader(Map.of()).giveUp();
        assertEquals(List.of(78), exits);
        assertTrue(console.toString(StandardCharsets.UTF_8).contains("Configuration Admin"));
    }

    @Test
    @DisplayName("S1 updating the bundle while the file has a mistake does not end a server that has started")
    void aServerThatHasStartedIsNotEnded() {
        loader(Map.of()).updated(null);
        ConfigurationLoader successor = loader(Map.of());
        successor.updated(properties(Map.of("port", "many")));
        successor.giveUp();
        assertEquals(List.of(), exits);
        assertEquals("", console.toString(StandardCharsets.UTF_8));
        assertEquals(1, published.size(), "nothing is published before it is right");
        successor.updated(properties(Map.of("port", "9000")));
        assertEquals(9000, published.get(1).settings().get(PORT));
    }

    @Test
    void whoeverHasStartedDoesNotGiveUp() {
        ConfigurationLoader loader = loader(Map.of());
        loader.updated(null);
        loader.giveUp();
        assertEquals(List.of(), exits);
    }

    private ConfigurationLoader loader(Map<String, String> variables) {
        DataDirectory directory = new DataDirectory(home);
        return new ConfigurationLoader(
                new ConfigurationFile(Optional.of(etc)),
                new SettingsResolver(Environment.of(variables), directory),
                directory,
                new StartRefusal(new PrintStream(console, false, StandardCharsets.UTF_8), exits::add, process),
                published::add);
    }

    private static Hashtable<String, Object> properties(Map<String, ?> entries) {
        return new Hashtable<>(entries);
    }
}
