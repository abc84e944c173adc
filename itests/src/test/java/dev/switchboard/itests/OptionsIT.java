package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@code execute}: each is checked, and reaches the agent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OptionsIT {
    @TempDir
    static Path directory;

    private Stage stage;
    private Client client;
    private Path path;
    private String project;

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(directory, Map.of("CLAUDE_BYPASS_ALLOWED", "true"));
        client = stage.client();
        path = stage.directory();
        project = client.create(path.toString());
        client.join(project);
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private void execute(String prompt, JsonNode options) throws Exception {
        client.send("execute", project, data("prompt", prompt).set("options", options));
    }

    private static JsonNode json(String text) throws Exception {
        return Client.JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    @DisplayName("X1 C2 every option reaches the agent's command line, each as its own word")
    void passesOptions() throws Exception {
        Path added = stage.directory();
        ObjectNode options =
                (ObjectNode) json("{'allowed_tools':['Read','Bash(git *)'],'disallowed_tools':['WebFetch'],"
                        + "'permission_mode':'acceptEdits','model':'claude-test-1','fallback_model':'claude-test-0',"
                        + "'strict_mcp_config':true,'max_turns':7,'max_budget_usd':1.5,'timeout_ms':60000,"
                        + "'include_partial_messages':true,'ask':'deny','mcp_config':{'mcpServers':{}},"
                        + "'append_system_prompt':'be kind','dangerously_skip_permissions':null}");
        options.putArray("add_dirs").add(added.toString());
        execute("[[args]]", options);
        List<String> words = RunsIT.arguments(client.run());
        for (List<String> expected : List.of(
                List.of("--allowedTools", "Read", "Bash(git *)"),
                List.of("--disallowedTools", "WebFetch"),
                List.of("--add-dir", added.toRealPath().toString()),
                List.of("--permission-mode=acceptEdits"),
                List.of("--model=claude-test-1"),
                List.of("--fallback-model=claude-test-0"),
                List.of("--strict-mcp-config"),
                List.of("--max-turns=7"),
                List.of("--max-budget-usd=1.5"),
                List.of("--include-partial-messages"))) {
            int at = words.indexOf(expected.get(0));
            assertTrue(at >= 0, expected + " in " + words);
            assertEquals(expected, words.subList(at, at + expected.size()));
        }
        String all = String.join(" ", words);
        assertTrue(all.contains("--mcp-config=") && all.contains("--append-system-prompt-file="), all);
        assertFalse(all.contains("be kind") || all.contains("mcpServers"), "what others need not read is in files");
        execute("[[args]]", json("{'dangerously_skip_permissions':true}"));
        // It reaches the agent, which refuses it under root, naming it.
        assertTrue(client.run().toString().contains("--dangerously-skip-permissions"));
        execute("[[args]]", json("null"));
        assertTrue(RunsIT.arguments(client.run()).contains("--permission-mode=default"));
    }

    @Test
    @DisplayName("C5 X10 where it is configured, permission questions are switched off by admins only")
    void checksTheBypass() throws Exception {
        Client operator = stage.client(stage.token("operator"));
        for (String options :
                List.of("{'dangerously_skip_permissions':true}", "{'permission_mode':'bypassPermissions'}")) {
            operator.send("execute", project, data("prompt", "x").set("options", json(options)));
            JsonNode error = assertCode("PERMISSION_DENIED", operator.next());
            assertEquals("admin", error.at("/details/required_role").asText());
            assertTrue(error.get("message").asText().contains("only an admin"), error.toString());
        }
        stage.nothingElse(project, operator, client);
    }

    @Test
    @DisplayName("X1 X10 the project's CLAUDE.md is given although nothing of its settings is loaded")
    void givesTheMemory() throws Exception {
        Files.writeString(path.resolve("CLAUDE.md"), "the codeword is swordfish");
        execute("[[args]] [[hang]]", json("{'append_system_prompt':'be kind'}"));
        JsonNode line = client.until(
                frame -> frame.at("/data/message/content/0/text").asText().contains("--append-system-prompt-file="));
        String prefix = "--append-system-prompt-file=";
        String file = RunsIT.arguments(List.of(line)).stream()
                .filter(word -> word.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
        String given = Files.readString(Path.of(file));
        assertTrue(given.contains("the codeword is swordfish") && given.endsWith("be kind"), given);
        client.send("agent_kill", project);
        client.until("execution_killed");
        Files.delete(path.resolve("CLAUDE.md"));
    }

    @Test
    @DisplayName("C4 C2 every option is checked: what is wrong is named, and nothing is run")
    void checksOptions() throws Exception {
        String bad = "'" + "x".repeat(257) + "'";
        List<String> wrong = List.of(
                "dangerously_skip_permissions=1",
                "allowed_tools='Read'",
                "allowed_tools=[1]",
                "disallowed_tools={}",
                "mcp_config='{'",
                "mcp_config=[]",
                "append_system_prompt=7",
                "permission_mode='sudo'",
                "permission_mode='--x'",
                "model='-x'",
                "model='a b'",
                "model=" + bad,
                "fallback_model=''",
                "add_dirs='/tmp'",
                "add_dirs=['relative']",
                "add_dirs=['/etc']",
                "add_dirs=['/no/such/directory']",
                "strict_mcp_config='yes'",
                "max_turns=-1",
                "max_turns=1000001",
                "max_turns=1.5",
                "max_budget_usd=0",
                "max_budget_usd='1'",
                "timeout_ms=-1",
                "timeout_ms=604800001",
                "include_partial_messages='true'",
                "ask='local'",
                "speed=9");
        for (String one : wrong) {
            String name = one.substring(0, one.indexOf('='));
            execute("x", json("{'" + name + "':" + one.substring(name.length() + 1) + "}"));
            JsonNode error = assertCode("VALIDATION_FAILED", client.next());
            assertEquals("options." + name, error.at("/details/field").asText(), one);
        }
        execute("x", json("[]"));
        assertEquals(
                "options",
                assertCode("VALIDATION_FAILED", client.next())
                        .at("/details/field")
                        .asText());
        stage.nothingElse(project, client);
    }

    @Test
    @DisplayName("C4 options at their bounds are accepted")
    void acceptsBounds() throws Exception {
        execute(
                "hello",
                json("{'max_turns':1000000,'timeout_ms':604800000,'max_budget_usd':0.01,'model':'" + "x".repeat(256)
                        + "'}"));
        List<JsonNode> frames = client.run();
        assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("X1 a prompt of content blocks reaches the agent with its text and images")
    void takesBlocks() throws Exception {
        JsonNode blocks = json("[{'type':'text','text':'[[echo]] see'},{'type':'image','source':{'type':'base64',"
                + "'media_type':'image/png','data':'iVBORw0KGgo='}}]");
        client.send("execute", project, Client.data().set("prompt", blocks));
        List<JsonNode> frames = client.run();
        assertEquals(blocks, frames.get(1).at("/data/prompt"));
        assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
        for (String wrong : List.of(
                "null", "7", "''", "[]", "[{'type':'video'}]", "[{'type':'image','source':{'type':'url'}}]", "{}")) {
            client.send("execute", project, Client.data().set("prompt", json(wrong)));
            assertEquals(
                    "prompt",
                    assertCode("VALIDATION_FAILED", client.next())
                            .at("/details/field")
                            .asText(),
                    wrong);
        }
    }
}
