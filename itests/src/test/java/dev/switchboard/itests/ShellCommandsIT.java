package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.itests.CommandTable.Row;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command of the shell over SSH, by each role, with right arguments and with wrong ones, as {@link CommandTable} says. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Order(1)
class ShellCommandsIT {
    private static final String NOBODY = "00000000-0000-4000-8000-00000000000f";

    @TempDir
    private static Path directory;

    private static Path etc;
    private static Server server;
    private static Shell shell;
    private static ShellConnection admin;
    private static String project;

    @BeforeAll
    static void start() throws Exception {
        // The file is edited, and the distribution's is everybody's.
        etc = Files.createDirectory(directory.resolve("etc"));
        Files.copy(Distribution.home().resolve("etc/dev.switchboard.cfg"), etc.resolve("dev.switchboard.cfg"));
        server =
                new Server(directory.resolve("data")).set("ETC", etc.toString()).start();
        shell = new Shell(server);
        admin = shell.connect();
        for (String role : CommandTable.ROLES) {
            Files.createDirectories(directory.resolve("free").resolve(role));
        }
        project = create("table");
        admin.print("switchboard:execute table Hello");
    }

    @AfterAll
    static void stop() throws Exception {
        try (ShellConnection last = admin) {
            server.close();
        }
    }

    private static String create(String name) throws Exception {
        Path path = Files.createDirectory(directory.resolve(name));
        return admin.run("switchboard:project-create --json --name " + name + " " + path)
                .json()
                .get("id")
                .asText();
    }

    @Test
    @DisplayName("H6 the table and the access list name every command of the shell, with the same roles")
    void namesEveryCommand() throws Exception {
        Matcher commands = Pattern.compile("\\bswitchboard:([a-z-]+)").matcher(plain(admin.print("*:help")));
        assertEquals(
                new TreeSet<>(CommandTable.names()),
                new TreeSet<>(commands.results().map(found -> found.group(1)).toList()));
        Properties acl = new Properties();
        try (Reader reader = Files.newBufferedReader(
                Distribution.home().resolve("etc/org.apache.karaf.command.acl.switchboard.cfg"))) {
            acl.load(reader);
        }
        assertEquals("admin", acl.remove("*"));
        Map<String, String> expected = new TreeMap<>();
        for (Row row : CommandTable.rows()) {
            expected.put(
                    row.name(),
                    String.join(
                            ", ",
                            CommandTable.ROLES.stream()
                                    .filter(row::mayBeCalledBy)
                                    .toList()));
        }
        Map<String, String> listed = new TreeMap<>();
        acl.forEach((name, roles) -> listed.put(name.toString(), roles.toString()));
        assertEquals(expected, listed);
    }

    @ParameterizedTest
    @DisplayName(
            "H6 C5 each command does what it should for who may call it, says what is wrong, and is not there for others")
    @ValueSource(strings = {"viewer", "operator", "admin"})
    void callsEachCommand(String role) throws Exception {
        try (ShellConnection user = shell.user("a-" + role, role + "group").connect()) {
            List<Executable> calls = new ArrayList<>();
            for (Row row : CommandTable.rows()) {
                if (row.mayBeCalledBy(role)) {
                    calls.add(() -> works(user, row, role));
                    row.wrong().forEach((line, text) -> calls.add(() -> refuses(user, filled(line, role), text)));
                } else {
                    calls.add(() -> denies(user, row.rightFor(role, free(), NOBODY)));
                    row.wrong().keySet().stream()
                            .limit(1)
                            .forEach(line -> calls.add(() -> denies(user, filled(line, role))));
                }
            }
            assertAll(calls);
        }
    }

    /** Without colours: Karaf's own help has some everywhere. */
    private static String plain(String text) {
        return text.replaceAll("\u001B\\[[0-9;]*m", "");
    }

    private static String free() {
        return directory.resolve("free").toString();
    }

    private static String filled(String line, String role) {
        return CommandTable.fill(line, role, free(), NOBODY);
    }

    private static void works(ShellConnection user, Row row, String role) throws Exception {
        try (Scene scene = new Scene(server, shell, admin, project)) {
            String id = scene.set(row.before(), role);
            String line = row.rightFor(role, free(), id);
            Shell.Outcome outcome = user.run("switchboard:" + line);
            assertEquals(0, outcome.status(), line + ": " + outcome);
            assertEquals("", outcome.err(), line);
            String out = plain(outcome.out());
            assertTrue(Pattern.compile(row.shows(), Pattern.DOTALL).matcher(out).matches(), line + " shows:\n" + out);
        }
    }

    private static void refuses(ShellConnection user, String line, String text) throws Exception {
        Shell.Outcome outcome = user.run("switchboard:" + line);
        assertEquals(1, outcome.status(), line + ": " + outcome);
        assertEquals("", outcome.out(), line);
        assertEquals(1, outcome.err().lines().count(), line + ": " + outcome.err());
        assertTrue(outcome.err().startsWith("Error: ") && outcome.err().contains(text), line + ": " + outcome.err());
        assertFalse(outcome.err().contains("\u001B") || outcome.err().contains("Exception"), outcome.err());
    }

    private static void denies(ShellConnection user, String line) throws Exception {
        Shell.Outcome outcome = user.run("switchboard:" + line);
        assertEquals(1, outcome.status(), line + ": " + outcome);
        assertEquals("", outcome.out(), line);
        assertTrue(outcome.err().contains("it takes a role that you do not have"), line + ": " + outcome.err());
    }

    @Test
    @DisplayName("H6 every command explains itself")
    void explains() throws Exception {
        StringBuilder line = new StringBuilder("echo");
        CommandTable.names()
                .forEach(name -> line.append("; switchboard:").append(name).append(" --help"));
        String help = plain(admin.print(line.toString()));
        for (String name : CommandTable.names()) {
            assertTrue(
                    help.matches("(?s).*DESCRIPTION\\s+switchboard:" + name + "\\s+[A-Z].*SYNTAX\\s+switchboard:" + name
                            + "\\b.*"),
                    name + " is not explained:\n" + help);
        }
    }

    @Test
    @DisplayName("H4 H6 config-set changes the file, at once and for good; config tells where values come from")
    void editsTheConfiguration() throws Exception {
        JsonNode change =
                admin.run("switchboard:config-set --json limits.executions 3").json();
        assertEquals("3", change.get("value").asText());
        JsonNode entry =
                admin.run("switchboard:config --json limits.executions").json();
        assertEquals("3", entry.get("value").asText());
        assertEquals("file", entry.get("source").asText());
        Path file = etc.resolve("dev.switchboard.cfg");
        assertEquals(file.toRealPath(), Path.of(entry.get("origin").asText()).toRealPath());
        awaitFile(file, text -> text.contains("limits.executions = 3"));
        String text = Files.readString(file);
        assertTrue(text.contains("# Runs at the same time, over all projects."), "comments stay: " + text);
        JsonNode back =
                admin.run("switchboard:config-unset --json limits.executions").json();
        assertEquals("3", back.get("before").asText());
        awaitFile(file, now -> !now.contains("limits.executions = 3"));
        JsonNode all = admin.run("switchboard:config --json").json();
        assertEquals(0, all.get("problems").size(), all.toString());
    }

    private static void awaitFile(Path file, Predicate<String> condition) throws Exception {
        Server.await("the file is written", 20, () -> {
            try {
                return condition.test(Files.readString(file));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
