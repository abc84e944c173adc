package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ConfigurationEditor.Change;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ConfigurationEntry.Source;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

@Timeout(20)
@DisplayName("H4 H6 the configuration is shown with its sources, and edited where it stands")
class FileEditorTest {
    private static final String TEXT = """
            #
            # How it began.
            #

            # As many as there are days.
            limits.projects = 7
            store=file

            #shell.port = 8101
            """;

    @TempDir
    private Path directory;

    private Path file;
    private ConfigurationLoader loader;
    private FileEditor editor;
    /** What Configuration Admin has. */
    private Dictionary<String, Object> kept;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(directory.resolve("dev.switchboard.cfg"), TEXT);
        start(
                Map.of("SWITCHBOARD_PORT", "0", "SWITCHBOARD_AUTH_TOKEN", "hunter2"),
                Map.of("limits.projects", "7", "store", "file"));
    }

    private void start(Map<String, String> environment, Map<String, String> written) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("SWITCHBOARD_DATA_DIR", directory.toString());
        DataDirectory data = new DataDirectory(directory);
        SettingsResolver resolver = new SettingsResolver(Environment.of(variables), data);
        StartRefusal refusal =
                new StartRefusal(new PrintStream(new ByteArrayOutputStream()), status -> {}, new Properties());
        loader = new ConfigurationLoader(
                new ConfigurationFile(Optional.of(directory)), resolver, data, refusal, published -> {});
        kept = new Hashtable<>(written);
        kept.put("service.pid", ServerSettings.PID);
        kept.put("felix.fileinstall.filename", file.toFile().toURI().toString());
        loader.updated(kept);
        editor = new FileEditor(() -> Optional.of(admin()), resolver, loader);
    }

    /** As much of Configuration Admin as the editor uses. */
    @SuppressWarnings("unchecked")
    private ConfigurationAdmin admin() {
        Configuration configuration = (Configuration) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Configuration.class}, (self, method, arguments) -> {
                    if (method.getName().equals("getProperties")) {
                        return kept;
                    }
                    assertEquals("update", method.getName());
                    kept = (Dictionary<String, Object>) arguments[0];
                    loader.updated(kept);
                    return null;
                });
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConfigurationAdmin.class}, (self, method, arguments) -> {
                    assertEquals("getConfiguration", method.getName());
                    assertEquals(ServerSettings.PID, arguments[0]);
                    assertEquals(null, arguments[1], "bound to no bundle");
                    return configuration;
                });
    }

    private void shows(String key, String value, Source source, String origin) {
        ConfigurationEntry entry = editor.entry(key);
        assertEquals(value, entry.value());
        assertEquals(source, entry.source());
        assertEquals(origin, entry.origin());
    }

    @Test
    void everyKeyHasAValueAndASource() {
        assertEquals(
                ServerSettings.all(),
                editor.entries().stream().map(ConfigurationEntry::setting).toList());
        shows("limits.projects", "7", Source.FILE, file.toString());
        shows("port", "0", Source.ENVIRONMENT, "SWITCHBOARD_PORT");
        shows("limits.connections", "100", Source.DEFAULT, "");
        shows("data.dir", directory.toAbsolutePath().toString(), Source.ENVIRONMENT, "SWITCHBOARD_DATA_DIR");
    }

    @Test
    @DisplayName("C5 a secret is masked, and one that is not set is empty")
    void secretsAreMasked() {
        shows("auth.token", "(secret)", Source.ENVIRONMENT, "SWITCHBOARD_AUTH_TOKEN");
        shows("tls.keystore.password", "", Source.DEFAULT, "");
        assertFalse(editor.entries().toString().contains("hunter2"));
    }

    @Test
    void aBadEditOfTheFileIsNotShownAsWhatHolds() {
        kept.put("limits.projects", "many");
        kept.put("host", "127.0.0.1");
        loader.updated(kept);
        shows("limits.projects", "7", Source.FILE, file.toString());
        shows("host", "localhost", Source.DEFAULT, "");
        kept.put("limits.projects", "8");
        loader.updated(kept);
        shows("limits.projects", "8", Source.FILE, file.toString());
    }

    @Test
    void aValueIsWrittenAndHolds() throws Exception {
        Change change = editor.set("limits.projects", " 9 ");
        assertEquals("7", change.before().value());
        assertEquals("9", change.after().value());
        assertEquals(Optional.of(file.toString()), change.file());
        assertEquals("9", kept.get("limits.projects"));
        assertEquals("file", kept.get("store"), "the others stay");
        assertEquals(TEXT.replace("= 7", "= 9"), Files.readString(file));
        change = editor.unset("limits.projects");
        assertEquals("100", change.after().value());
        assertEquals(Source.DEFAULT, change.after().source());
        assertEquals(null, kept.get("limits.projects"));
    }

    @Test
    @DisplayName("H4 a link to the file stays one, and the file keeps its permissions and what else is in it")
    void theFileStaysWhatItIs() throws Exception {
        Path real = directory.resolve("real.cfg");
        Files.move(file, real);
        Files.write(real, new byte[] {'#', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF, '\n'}, StandardOpenOption.APPEND);
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(file, real);
        byte[] before = Files.readAllBytes(real);
        editor.set("limits.connections", "11");
        editor.unset("limits.connections");
        assertTrue(Files.isSymbolicLink(file));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
        assertArrayEquals(before, Files.readAllBytes(real));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    Set.of(file, real),
                    files.filter(path -> path.toString().contains("cfg")).collect(Collectors.toSet()));
        }
    }

    @Test
    @DisplayName("H4 a file that cannot be replaced whole stays as it is, and so does what holds")
    void whatCannotBeWrittenDoesNotHold() throws Exception {
        // Where the fresh file would go.
        Path inTheWay = Files.createDirectory(directory.resolve(".dev.switchboard.cfg.new"));
        Files.createFile(inTheWay.resolve("something"));
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> editor.set("limits.projects", "9"));
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refusal.code());
        assertTrue(
                refusal.getMessage().startsWith(file + " cannot be replaced, and nothing was changed"),
                refusal.getMessage());
        assertEquals(TEXT, Files.readString(file));
        shows("limits.projects", "7", Source.FILE, file.toString());
    }

    @Test
    void whatTakesEffectAtStartIsWrittenAndWaits() throws Exception {
        Change change = editor.set("shell.port", "9101");
        assertEquals(TEXT.replace("store=file\n", "store=file\nshell.port = 9101\n"), Files.readString(file));
        assertEquals("8101", change.after().value());
        assertFalse(change.after().setting().live());
        assertEquals("9101", kept.get("shell.port"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit.projects | 1 | \"limit.projects\" is not a key; the nearest one is limits.projects",
                "limits.projects | many | limits.projects = \"many\" is not valid: expected a whole number from 0 to 100000",
                "port | 1 | port is set by the environment variable SWITCHBOARD_PORT, which wins over the file",
                "auth.token | x | auth.token is a secret, which does not belong into the file: set SWITCHBOARD_AUTH_TOKEN or",
                "tls.cert | /x | tls.cert and tls.key are not valid one without the other",
                "claude.path | ${env:X} | the value of claude.path has ${ or $[",
                "claude.path | $[env:X] | the value of claude.path has ${ or $["
            })
    void whatIsWrongIsRefusedAndNotWritten(String key, String value, String message) {
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> editor.set(key, value));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
        assertEquals(1, loader.updates(), "nothing was handed over but the start");
    }

    @Test
    void aLineFeedIsRefused() {
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> editor.set("public.url", "a\nport = 1"));
        assertTrue(refusal.getMessage().contains("control characters"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.switchboard.config", "dev.switchboard.cfg.json"})
    @DisplayName("H4 a file of another format is left to people")
    void otherFormatsAreNotEdited(String name) throws Exception {
        Path other = Files.writeString(directory.resolve(name), TEXT);
        kept.put("felix.fileinstall.filename", other.toFile().toURI().toString());
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> editor.set("limits.projects", "9"));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertTrue(refusal.getMessage().startsWith(other + " is not edited from here"), refusal.getMessage());
        assertEquals(TEXT, Files.readString(other));
    }

    @Test
    void whatIsNotInTheFileCannotBeTakenOut() {
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> editor.unset("limits.connections"));
        assertEquals("limits.connections is not set in the configuration file", refusal.getMessage());
    }

    @Test
    void withoutAFileOrConfigurationAdminItSaysSo() throws Exception {
        Files.delete(file);
        assertEquals(
                ErrorCode.STORAGE_UNAVAILABLE,
                assertThrows(SwitchboardException.class, () -> editor.set("store", "x"))
                        .code());
        kept.remove("felix.fileinstall.filename");
        assertEquals(Optional.empty(), editor.set("store", "x").file());
        FileEditor alone = new FileEditor(
                Optional::empty, new SettingsResolver(Environment.of(Map.of()), new DataDirectory(directory)), loader);
        assertEquals(
                ErrorCode.SERVICE_UNAVAILABLE,
                assertThrows(SwitchboardException.class, () -> alone.set("store", "y"))
                        .code());
    }
}
