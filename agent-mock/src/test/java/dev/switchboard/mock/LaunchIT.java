package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 The command line: what the parser takes and what it refuses")
class LaunchIT extends MockTestBase {

    @Test
    void saysItsVersionAndHelpAndNothingElse() {
        MockProcess version = run("--version");
        assertEquals("2.1.330 (Claude Code)", version.restText());
        assertEquals(0, version.exitCode());
        MockProcess help = run("-p", "--help");
        String text = help.restText();
        assertTrue(text.contains("--output-format <format>") && text.contains("--permission-prompts"), text);
        assertFalse(text.contains("--permission-prompt-tool"), "hidden options are not listed");
        assertEquals(0, help.exitCode());
        assertEquals("", version.stderr() + help.stderr());
    }

    @Test
    void imitatesTheOlderRelease() {
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        assertEquals("2.1.197 (Claude Code)", run("--version").restText());
        assertRefused("error: unknown option '--restricted'", "-p", "--restricted", "hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cwd",
                "--timeout",
                "--temperature",
                "--max-tokens",
                "--no-color",
                "--output-style",
                "--nope",
                "-x",
                "--print=x",
                "--continue=abc"
            })
    void refusesUnknownOptions(String option) {
        assertRefused("error: unknown option '" + option + "'", "-p", "hi", option);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p hi --output-format stream-json|Error: When using --print, --output-format=stream-json requires --verbose",
                "-p hi --input-format stream-json|Error: --input-format=stream-json requires output-format=stream-json.",
                "-p hi --include-partial-messages|Error: --include-partial-messages requires",
                "-p hi --replay-user-messages|Error: --replay-user-messages requires",
                "-p hi --output-format xml|Allowed choices are text, json, stream-json.",
                "-p hi --permission-mode nonsense|Allowed choices are acceptEdits, auto, bypassPermissions, manual, dontAsk, plan.",
                "-p hi --max-turns abc|'--max-turns <turns>' argument 'abc' is invalid",
                "-p hi --max-budget-usd 0|'--max-budget-usd <amount>' argument '0' is invalid",
                "-p hi --session-id abc|Error: Invalid session ID. Must be a valid UUID.",
                "-p hi --session-id 11111111-2222-4333-8444-555555555555 --resume x|also needs --fork-session.",
                "-p hi --setting-sources user,planet|Invalid setting source: planet",
                "-p hi --settings {nojson|Error: Settings file not found: {nojson",
                "-p hi --agents {nojson|Error: --agents is not valid JSON.",
                "-p hi --json-schema {nojson|Error: --json-schema is not valid JSON.",
                "-p hi --mcp-config /nowhere.json|Error: Invalid MCP configuration:",
                "-p hi --model|error: option '--model <model>' argument missing",
                "hi|Error: this stand-in has no interactive mode. Use -p.",
            })
    void refusesWhatDoesNotFit(String words, String error) {
        assertRefused(error, words.split(" "));
    }

    @Test
    void takesValuesInEverySpelling() {
        MockProcess process = run(
                "-p", "--output-format=stream-json", "--verbose", "--model=haiku", "--permission-mode", "plan", "hi");
        JsonObject init = process.await("system/init");
        assertEquals("claude-haiku-5-5", init.string("model"));
        assertEquals("plan", init.string("permissionMode"));
        assertEquals(0, process.exitCode());
    }

    @Test
    void acceptsAllThatAServerPasses() {
        MockProcess process = runPrompt(
                "hi",
                "--setting-sources",
                "user",
                "--strict-mcp-config",
                "--permission-prompt-tool",
                "stdio",
                "--append-system-prompt",
                "be kind",
                "--add-dir",
                cwd.toString(),
                "/nowhere",
                "--max-turns",
                "0",
                "--max-budget-usd",
                "1.5",
                "--fallback-model",
                "sonnet",
                "--effort",
                "low",
                "--permission-prompts",
                "host",
                "--name",
                "n",
                "--settings",
                "{}");
        assertEquals(List.of(cwd.toString()), process.await("system/init").list("additional_directories"));
        assertEquals(0, process.exitCode());
        assertEquals("", process.stderr());
    }

    @Test
    void aVariadicOptionEatsThePrompt() {
        assertRefused(
                "Error: Input must be provided either through stdin or as a prompt argument when using --print",
                "-p",
                "--allowedTools",
                "Write",
                "this is the prompt");
        MockProcess process = run("-p", "--allowedTools", "Write", "Bash(git *)", "--", "the prompt");
        assertTrue(process.restText().contains("You said: the prompt"));
    }

    @Test
    void aPromptThatBeginsWithADashIsAnOption() {
        assertRefused("No conversation found with session ID: f is my prompt", "-p", "-rf is my prompt");
        assertEquals("2.1.330 (Claude Code)", run("-p", "--version").restText());
        assertTrue(run("-p", "--", "-rf is my prompt").restText().contains("You said: -rf is my prompt"));
    }

    @Test
    void toolsAreRestrictedByOptions() {
        List<?> tools = runPrompt("hi", "--tools", "Bash,Read", "--disallowedTools", "Read")
                .await("system/init")
                .list("tools");
        assertEquals(List.of("Bash"), tools);
        assertEquals(
                List.of(), runPrompt("hi", "--tools", "").await("system/init").list("tools"));
    }

    @Test
    void mcpServersAreListedAndThoseThatCannotStartHaveFailed() throws IOException {
        Path file = Files.writeString(scratch.resolve("mcp.json"), "{\"mcpServers\":{\"good\":{\"command\":\"sh\"}}}");
        MockProcess process = runPrompt(
                "hi", "--mcp-config", file.toString(), "{\"mcpServers\":{\"bad\":{\"command\":\"/no/such/program\"}}}");
        List<?> servers = process.await("system/init").list("mcp_servers");
        assertEquals("connected", ((JsonObject) servers.get(0)).string("status"));
        assertEquals("failed", ((JsonObject) servers.get(1)).string("status"));
        assertEquals(0, process.exitCode());
    }

    @Test
    void rootMayNotSkipPermissions() {
        boolean root = System.getProperty("user.name").equals("root");
        MockProcess process = runPrompt("hi", "--dangerously-skip-permissions");
        if (root) {
            assertEquals(1, process.exitCode());
            assertTrue(process.stderr().contains("cannot be used with root/sudo privileges"), process.stderr());
            environment.put("IS_SANDBOX", "1");
            process = runPrompt("hi", "--permission-mode", "bypassPermissions");
        }
        assertEquals("bypassPermissions", process.await("system/init").string("permissionMode"));
    }

    @Test
    void anUnknownModelIsOnlyMentioned() {
        MockProcess process = runPrompt("hi", "--model", "gpt");
        assertFalse(process.awaitResult().isTrue("is_error"));
        assertEquals(
                "[claude-code:unrecognized_model] {\"model\":\"gpt\",\"query_source\":\"sdk\"}\n", process.stderr());
    }

    @Test
    void isFoundThroughASymbolicLinkAndKeepsThePid() throws IOException {
        Path link = Files.createSymbolicLink(scratch.resolve("link-to-claude"), HOME.resolve("bin/claude"));
        Path second = Files.createSymbolicLink(scratch.resolve("claude"), Path.of("link-to-claude"));
        environment.put("PATH", scratch + ":" + environment.get("PATH"));
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec claude -p --input-format stream-json --output-format stream-json " + "--verbose")
                .directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try (MockProcess process = new MockProcess(builder)) {
            process.control("i", "initialize");
            JsonObject answer =
                    process.await("control_response/success").object("response").object("response");
            assertEquals(Long.toString(process.pid()), answer.get("pid").toString());
            process.closeStdin();
            assertEquals(0, process.exitCode());
        }
        Files.delete(second);
        Files.delete(link);
    }

    private void assertRefused(String error, String... words) {
        MockProcess process = run(words);
        assertEquals("", process.restText());
        assertEquals(1, process.exitCode());
        assertTrue(process.stderr().contains(error), process.stderr());
    }
}
