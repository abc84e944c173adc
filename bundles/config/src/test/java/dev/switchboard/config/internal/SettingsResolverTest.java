package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.AUTH_MODE;
import static dev.switchboard.config.ServerSettings.DATA_DIR;
import static dev.switchboard.config.ServerSettings.HOST;
import static dev.switchboard.config.ServerSettings.LIMITS_CONNECTIONS;
import static dev.switchboard.config.ServerSettings.PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import dev.switchboard.config.internal.SettingsResolver.Resolution;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H4 file and environment become settings")
class SettingsResolverTest {
    @TempDir
    private Path home;

    @Test
    void withoutFileAndEnvironmentTheDefaultsHold() {
        Resolution resolution = resolver(Map.of()).atStart(FileEntries.none());
        assertEquals(8443, resolution.settings().get(PORT));
        assertTrue(Path.of(resolution.settings().get(DATA_DIR)).isAbsolute());
        assertTrue(resolution.settings().get(DATA_DIR).endsWith("/.switchboard"));
        assertEquals(List.of(), resolution.failures());
        assertEquals(List.of(), resolution.problems());
    }

    @Test
    void theEnvironmentWinsAtStartAndAfterTheFileWasEdited() {
        SettingsResolver resolver = resolver(Map.of("SWITCHBOARD_LIMITS_CONNECTIONS", "5"));
        Settings started =
                resolver.atStart(file(Map.of("limits.connections", "6"))).settings();
        assertEquals(5, started.get(LIMITS_CONNECTIONS));
        Resolution edited = resolver.whileRunning(file(Map.of("limits.connections", "7")), started);
        assertEquals(5, edited.settings().get(LIMITS_CONNECTIONS));
        assertEquals(List.of(), edited.problems());
    }

    @Test
    void aBadValueInTheFileDoesNotMatterIfTheEnvironmentOverridesIt() {
        Resolution resolution = resolver(Map.of("SWITCHBOARD_PORT", "0")).atStart(file(Map.of("port", "many")));
        assertEquals(0, resolution.settings().get(PORT));
        assertEquals(List.of(), resolution.failures());
    }

    @Test
    void everyBadValueAtStartIsAFailureThatNamesKeyValueWhatIsRightAndWhere() {
        Resolution resolution = resolver(Map.of("SWITCHBOARD_PORT", "65536"))
                .atStart(file(Map.of("auth.mode", "sometimes", "limits.connections", "7")));
        assertEquals(
                List.of(
                        "port = \"65536\" is not valid: expected a whole number from 0 to 65535 (SWITCHBOARD_PORT)",
                        "auth.mode = \"sometimes\" is not valid: expected one of token, none"
                                + " (the configuration dev.switchboard)"),
                resolution.failures());
    }

    @Test
    @DisplayName("C5 auth.mode=none is refused on a host that others can reach")
    void noAuthenticationOnlyOnLoopback() {
        assertEquals(List.of(), failures(Map.of("auth.mode", "none")));
        assertEquals(List.of(), failures(Map.of("auth.mode", "none", "host", "127.0.0.1")));
        assertEquals(List.of(), failures(Map.of("auth.mode", "token", "host", "0.0.0.0")));
        List<String> failures = failures(Map.of("auth.mode", "none", "host", "0.0.0.0"));
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).contains("expected host = \"localhost\""), failures.get(0));
    }

    @Test
    void aDataDirectoryThatIsNoPathIsAFailure() {
        assertEquals(1, failures(Map.of("data.dir", "~other")).size());
    }

    @Test
    void aBadEditKeepsTheValueThatHeldAndTakesTheOthers() {
        SettingsResolver resolver = resolver(Map.of());
        Settings running =
                resolver.atStart(file(Map.of("limits.connections", "5"))).settings();
        Resolution resolution =
                resolver.whileRunning(file(Map.of("limits.connections", "-1", "limits.projects", "9")), running);
        assertEquals(5, resolution.settings().get(LIMITS_CONNECTIONS));
        assertEquals(9, resolution.settings().get(dev.switchboard.config.ServerSettings.LIMITS_PROJECTS));
        assertEquals(
                List.of(Problem.harm(
                        "limits.connections = \"-1\" is not valid: expected a whole number from 0 to 1000000"
                                + " (the configuration dev.switchboard); the old value goes on to hold")),
                resolution.problems());
    }

    @Test
    void aKeyThatWasTakenOutHasItsDefaultAgain() {
        SettingsResolver resolver = resolver(Map.of());
        Settings running =
                resolver.atStart(file(Map.of("limits.connections", "5"))).settings();
        Resolution resolution = resolver.whileRunning(FileEntries.none(), running);
        assertEquals(100, resolution.settings().get(LIMITS_CONNECTIONS));
        assertFalse(resolution.settings().has(LIMITS_CONNECTIONS));
    }

    @Test
    void aChangeThatNeedsARestartIsSaidAndNotTaken() {
        SettingsResolver resolver = resolver(Map.of());
        Settings running = resolver.atStart(FileEntries.none()).settings();
        Resolution resolution = resolver.whileRunning(file(Map.of("port", "9000", "data.dir", "/elsewhere")), running);
        assertEquals(8443, resolution.settings().get(PORT));
        assertEquals(running.get(DATA_DIR), resolution.settings().get(DATA_DIR));
        assertEquals(
                List.of(
                        Problem.notice("the change of port takes effect after a restart"),
                        Problem.notice("the change of data.dir takes effect after a restart")),
                resolution.problems());
    }

    @Test
    void takingAChangeBackTakesTheProblemBack() {
        SettingsResolver resolver = resolver(Map.of());
        Settings running = resolver.atStart(file(Map.of("port", "9000"))).settings();
        Settings edited =
                resolver.whileRunning(file(Map.of("port", "9001")), running).settings();
        assertEquals(
                List.of(),
                resolver.whileRunning(file(Map.of("port", "9000")), edited).problems());
    }

    @Test
    @DisplayName("C5 an edit that would open the server to others says so at once")
    void anEditThatBreaksARuleIsHarmful() {
        SettingsResolver resolver = resolver(Map.of());
        Settings running = resolver.atStart(file(Map.of("host", "0.0.0.0"))).settings();
        Resolution resolution = resolver.whileRunning(file(Map.of("host", "0.0.0.0", "auth.mode", "none")), running);
        assertEquals(AuthMode.TOKEN, resolution.settings().get(AUTH_MODE));
        assertEquals("0.0.0.0", resolution.settings().get(HOST));
        assertEquals(1, resolution.problems().size());
        assertTrue(resolution.problems().get(0).harmful());
    }

    private SettingsResolver resolver(Map<String, String> variables) {
        return new SettingsResolver(Environment.of(variables), new DataDirectory(home));
    }

    private List<String> failures(Map<String, String> file) {
        return resolver(Map.of()).atStart(file(file)).failures();
    }

    private static FileEntries file(Map<String, String> entries) {
        return FileEntries.of(new Hashtable<String, Object>(entries));
    }
}
