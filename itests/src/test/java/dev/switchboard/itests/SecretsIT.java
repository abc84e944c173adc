package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents are given that nobody else may read, and what of the server's they are not given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecretsIT {
    /** Nowhere else on the machine. */
    private static final String SECRET = "secret-" + Long.toHexString(System.nanoTime());

    @TempDir
    static Path directory;

    private Stage stage;

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(
                directory,
                Map.of("TIMEOUTS_KILL_GRACE_MS", "6000", "CLAUDE_ENV", "PATH HOME LANG ANTHROPIC_* IS_SANDBOX"),
                Map.of("ANTHROPIC_MODEL", "m", "ANTHROPIC_LOG", "debug", "IS_SANDBOX", "1", "OTHERS_KEY", SECRET));
        // However much is logged.
        Server.Outcome logging = stage.server().command("shell", "log:set DEBUG dev.switchboard");
        assertEquals(0, logging.status(), logging.output());
    }

    @AfterEach
    void closeClients() {
        stage.closeClients();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "X1 X9 H3 an MCP configuration's secrets: on no command line, in no log, in one file that others cannot read")
    void keepsSecrets(boolean asText) throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        ObjectNode config = (ObjectNode) Client.JSON.readTree(
                "{\"mcpServers\":{\"x\":{\"command\":\"true\",\"env\":{\"API_KEY\":\"" + SECRET + "\"}}}}");
        ObjectNode options = Client.data().put("append_system_prompt", "the password is " + SECRET);
        if (asText) {
            options.put("mcp_config", config.toString());
        } else {
            options.set("mcp_config", config);
        }
        client.send(
                "execute",
                project,
                Client.data().put("prompt", "[[args]] [[hang]]").set("options", options));
        JsonNode line = client.until(frame -> Scenario.word(frame).equals("text"));
        List<String> words = RunsIT.arguments(List.of(line));
        assertFalse(words.toString().contains(SECRET), words::toString);
        long server = stage.server().instance().get("pid").asLong();
        List<Long> showing = Trees.processesNaming(SECRET).stream()
                .filter(pid -> pid != server) // its own environment has it, and nobody else's
                .toList();
        assertEquals(List.of(), showing, "processes that show the secret");

        Path agents = stage.server().dataDir().resolve("agents");
        List<Path> naming = filesNaming();
        for (String flag : List.of("--mcp-config=", "--append-system-prompt-file=")) {
            assertTrue(
                    naming.stream().anyMatch(file -> words.contains(flag + file)),
                    () -> flag + naming + " in " + words);
        }
        for (Path file : naming) {
            assertTrue(file.startsWith(agents), file::toString);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            for (Path up = file.getParent(); up.startsWith(agents); up = up.getParent()) {
                assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(up)));
            }
        }
        String given = Files.readString(naming.stream()
                .filter(file -> file.endsWith("mcp.json"))
                .findFirst()
                .orElseThrow());
        assertEquals(config, Client.JSON.readTree(given));

        client.send("agent_interrupt", project);
        ScenarioPlay.assertIdle(client.rest());
        client.next("agent_interrupt");
        assertFalse(History.of(client, project).toString().contains(SECRET));
        client.send("project_delete", project);
        client.next("project_deleted");
        Server.await("the secret is nowhere any more", 20, () -> filesNaming().isEmpty());
    }

    /** The files of the server and its agents that the secret is in. */
    private List<Path> filesNaming() {
        try {
            return Trees.filesNaming(stage.server().dataDir(), SECRET);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName(
            "X1 X9 the agent's environment is what the list allows, and nothing that undoes the CLI's own precautions")
    void givesAShortEnvironment() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        client.execute(project, "[[env]]");
        List<String> names = List.of(text(client.run()).split(" "));
        for (String name : names) {
            assertTrue(
                    name.matches(
                            "PATH|HOME|LANG|LC_ALL|PWD|ANTHROPIC_MODEL|SWITCHBOARD_RUN|DISABLE_AUTOUPDATER|CLAUDE_CODE_.*"),
                    names::toString);
        }
        assertTrue(names.containsAll(List.of("PATH", "HOME", "ANTHROPIC_MODEL", "SWITCHBOARD_RUN")), names::toString);
    }

    @Test
    @DisplayName("X1 nothing of the project's directory is loaded but its CLAUDE.md")
    void distrustsTheDirectory() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        client.execute(project, "[[args]]");
        List<String> words = RunsIT.arguments(client.run());
        assertTrue(words.contains("--setting-sources=user") && words.contains("--strict-mcp-config"), words::toString);
    }

    @Test
    @DisplayName("X1 X9 what a prompt may not attach by @path: the server's own data, and keys")
    void deniesReading() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        client.execute(project, "[[args]] [[hang]]");
        JsonNode line = client.until(frame -> Scenario.word(frame).equals("text"));
        String flag = "--settings=";
        Path file = RunsIT.arguments(List.of(line)).stream()
                .filter(word -> word.startsWith(flag))
                .map(word -> Path.of(word.substring(flag.length())))
                .findFirst()
                .orElseThrow();
        JsonNode rules = Client.JSON.readTree(file.toFile()).at("/permissions/deny");
        for (String path : List.of("/" + stage.server().dataDir(), "//proc", "~/.ssh", "~/.claude/.credentials.json")) {
            assertTrue(rules.toString().contains("\"Read(" + path + "/**)\""), rules::toString);
        }
        client.send("agent_kill", project);
        client.until("execution_killed");
    }

    private static String text(List<JsonNode> run) {
        return run.stream()
                .filter(frame -> Scenario.word(frame).equals("text"))
                .findFirst()
                .orElseThrow()
                .at("/data/message/content/0/text")
                .asText();
    }
}
