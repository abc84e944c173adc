package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import dev.switchboard.config.internal.SettingsResolver.Resolution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every key alike; what each does is proved by the test that its row names. */
@DisplayName("H4 every key of the configuration")
class EveryKeyTest {
    /** Keys that are valid only together with another. */
    private static final Map<String, String> PARTNERS = Map.of("tls.cert", "tls.key", "tls.key", "tls.cert");

    @TempDir
    private Path home;

    static List<KeyRow> rows() throws IOException {
        return KeyRow.all();
    }

    static List<KeyRow> publicRows() throws IOException {
        return rows().stream().filter(row -> !row.setting().secret()).toList();
    }

    static List<KeyRow> secretRows() throws IOException {
        return rows().stream().filter(row -> row.setting().secret()).toList();
    }

    static List<KeyRow> rowsWithBadValues() throws IOException {
        return publicRows().stream().filter(row -> row.bad().isPresent()).toList();
    }

    @Test
    void hasItsRowInTheOrderOfTheCode() throws IOException {
        assertEquals(
                ServerSettings.all().stream().map(Setting::key).toList(),
                rows().stream().map(KeyRow::key).toList(),
                "src/test/resources/keys.txt says how a row looks");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isSetByItsVariableWhichWinsOverTheFile(KeyRow row) throws IOException {
        Setting<?> setting = row.setting();
        assertNotEquals(
                setting.parse(setting.defaultText()), setting.parse(row.good()), "a value that changes something");
        Map<String, String> variables = new HashMap<>();
        good(row)
                .forEach((key, value) ->
                        variables.put(KnownKeys.byKey(key).orElseThrow().variable(), value));
        SettingsResolver resolver = resolver(variables);
        Map<String, String> file = setting.secret() ? Map.of() : Map.of(row.key(), setting.defaultText());

        Resolution started = resolver.atStart(file(file));
        assertEquals(List.of(), started.failures());
        assertEquals(List.of(), started.problems());
        assertEquals(setting.parse(row.good()), started.settings().get(setting));

        Resolution edited = resolver.whileRunning(FileEntries.none(), started.settings());
        assertEquals(setting.parse(row.good()), edited.settings().get(setting), "also after the file was edited");
        assertEquals(List.of(), edited.problems());
    }

    @ParameterizedTest
    @MethodSource("publicRows")
    void isSetByTheFile(KeyRow row) throws IOException {
        Resolution started = resolver(Map.of()).atStart(file(good(row)));
        assertEquals(List.of(), started.failures());
        assertEquals(List.of(), started.problems());
        assertEquals(row.setting().parse(row.good()), started.settings().get(row.setting()));
    }

    @ParameterizedTest
    @MethodSource("rowsWithBadValues")
    void doesNotStartWithABadValueAndSaysWhatWouldBeRight(KeyRow row) {
        String bad = row.bad().orElseThrow();
        List<String> failures =
                resolver(Map.of()).atStart(file(Map.of(row.key(), bad))).failures();
        assertEquals(1, failures.size(), failures::toString);
        assertNames(row, bad, failures.get(0));
        if (!bad.isEmpty()) { // an empty variable is not set
            List<String> ofVariable = resolver(Map.of(row.setting().variable(), bad))
                    .atStart(FileEntries.none())
                    .failures();
            assertEquals(1, ofVariable.size(), ofVariable::toString);
            assertNames(row, bad, ofVariable.get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("rowsWithBadValues")
    void keepsItsValueInABadEditAndSaysSo(KeyRow row) throws IOException {
        String bad = row.bad().orElseThrow();
        SettingsResolver resolver = resolver(Map.of());
        Settings running = resolver.atStart(file(good(row))).settings();
        Map<String, String> edit = new HashMap<>(good(row));
        edit.put(row.key(), bad);
        Resolution edited = resolver.whileRunning(file(edit), running);
        assertEquals(row.setting().parse(row.good()), edited.settings().get(row.setting()));
        assertEquals(1, edited.problems().size(), edited.problems()::toString);
        Problem problem = edited.problems().get(0);
        assertTrue(problem.harmful(), "health tells of it");
        assertNames(row, bad, problem.text());
        assertTrue(problem.text().endsWith("; the old value goes on to hold"), problem.text());
    }

    /** Live: listeners see it. At start: the old value holds, and it is said that the new one waits. */
    @ParameterizedTest
    @MethodSource("publicRows")
    void isChangedLiveOrWaitsForARestart(KeyRow row) throws IOException {
        Setting<?> setting = row.setting();
        SettingsResolver resolver = resolver(Map.of());
        Settings running = resolver.atStart(FileEntries.none()).settings();
        LiveConfiguration configuration = new LiveConfiguration(running, List.of());
        List<Object> seen = new ArrayList<>();
        configuration.onChange(settings -> seen.add(settings.get(setting)));
        configuration.change(resolver.whileRunning(file(good(row)), running));
        if (setting.live()) {
            assertEquals(List.of(setting.parse(row.good())), seen);
            assertEquals(List.of(), configuration.problems());
        } else {
            assertEquals(running.get(setting), configuration.settings().get(setting));
            assertEquals(List.of(), seen);
            assertTrue(
                    configuration.problems().contains("the change of " + row.key() + " takes effect after a restart"),
                    configuration.problems()::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("secretRows")
    void comesFromTheEnvironmentOnlyIfItIsSecret(KeyRow row) {
        Setting<?> setting = row.setting();
        assertFalse(setting.live(), "the environment of a process does not change");
        Resolution started = resolver(Map.of()).atStart(file(Map.of(row.key(), row.good())));
        assertEquals(setting.parse(setting.defaultText()), started.settings().get(setting));
        assertEquals(1, started.problems().size(), started.problems()::toString);
        Problem problem = started.problems().get(0);
        assertTrue(problem.harmful());
        assertTrue(problem.text().contains(setting.variable() + "_FILE"), problem.text());
        assertFalse(problem.text().contains(row.good()), "it is not shown");
    }

    private static void assertNames(KeyRow row, String bad, String message) {
        String expected = row.key() + " = \"" + bad + "\" is not valid: expected "
                + row.setting().expected();
        // What data.dir has to be is said by what would make it.
        assertTrue(
                message.startsWith(row.key().equals("data.dir") ? expected.replaceFirst(" a text$", "") : expected),
                message);
    }

    /** The key with its good value, and the one that it cannot do without. */
    private static Map<String, String> good(KeyRow row) throws IOException {
        Map<String, String> values = new HashMap<>(Map.of(row.key(), row.good()));
        for (KeyRow other : rows()) {
            if (other.key().equals(PARTNERS.get(row.key()))) {
                values.put(other.key(), other.good());
            }
        }
        return values;
    }

    private SettingsResolver resolver(Map<String, String> variables) {
        return new SettingsResolver(Environment.of(variables), new DataDirectory(home));
    }

    private static FileEntries file(Map<String, String> entries) {
        return FileEntries.of(new Hashtable<String, Object>(entries));
    }
}
