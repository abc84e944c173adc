package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeCommandLineTest {
    private static final Path FILES = Path.of("/data/agents/a/files");

    @TempDir
    Path project;

    private ClaudeCommandLine line(ExecutionOptions options, SessionChoice session, Settings settings) {
        AgentLaunch launch = new AgentLaunch(
                ExecutionId.random(), ProjectId.random(), project, session, Bench.prompt("do it"), options);
        return new ClaudeCommandLine(Path.of("/bin/claude"), launch, SessionStart.of(session), settings, FILES);
    }

    private ClaudeCommandLine line(Settings settings) {
        return line(ExecutionOptions.none(), Bench.resume("s"), settings);
    }

    private static ExecutionOptions tools(List<String> tools) {
        return new ExecutionOptions(
                false,
                tools,
                tools,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                ExecutionOptions.Ask.DENY);
    }

    @Test
    @DisplayName("X1 the recommended way of driving: stream-json, permissions over stdio, the project not trusted")
    void usual() {
        assertEquals(
                List.of(
                        "/bin/claude",
                        "-p",
                        "--input-format",
                        "stream-json",
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "--permission-prompt-tool",
                        "stdio",
                        "--permission-mode=default",
                        "--setting-sources=user",
                        "--strict-mcp-config",
                        "--settings=" + FILES.resolve("settings.json"),
                        "--resume=s"),
                line(Settings.defaults()).words());
    }

    @Test
    @DisplayName("X1 all options")
    void allOptions() {
        ExecutionOptions options = new ExecutionOptions(
                false,
                List.of("Read", "Bash(git *)"),
                List.of("WebFetch"),
                Optional.of("{\"mcpServers\":{}}"),
                true,
                Optional.of("Be brief."),
                Optional.of("plan"),
                Optional.of("--sonnet"),
                Optional.of("haiku,opus"),
                List.of(Path.of("/a b"), Path.of("/c")),
                OptionalInt.of(3),
                Optional.of(new BigDecimal("1E+1")),
                Optional.empty(),
                true,
                ExecutionOptions.Ask.REMOTE);
        ClaudeCommandLine line = line(options, SessionChoice.fresh(), Settings.defaults());
        List<String> words = line.words();
        assertEquals(
                List.of(
                        "--allowedTools",
                        "Read",
                        "Bash(git *)",
                        "--disallowedTools",
                        "WebFetch",
                        "--add-dir",
                        "/a b",
                        "/c",
                        "--mcp-config=" + FILES.resolve("mcp.json"),
                        "--model=--sonnet",
                        "--fallback-model=haiku,opus",
                        "--max-turns=3",
                        "--max-budget-usd=10",
                        "--include-partial-messages",
                        "--permission-mode=plan",
                        "--setting-sources=user",
                        "--strict-mcp-config",
                        "--settings=" + FILES.resolve("settings.json"),
                        "--append-system-prompt-file=" + FILES.resolve("system-prompt.md")),
                words.subList(9, words.size() - 1));
        assertTrue(words.get(words.size() - 1).startsWith("--session-id="), "a list before would eat a free word");
        assertEquals("{\"mcpServers\":{}}", line.files().get("mcp.json").toText());
        assertEquals("Be brief.", line.files().get("system-prompt.md").toText());
    }

    @Test
    void sessions() {
        Settings settings = Settings.defaults();
        List<String> fork = line(ExecutionOptions.none(), new SessionChoice(Optional.of("-s"), true), settings)
                .words();
        assertEquals(List.of("--resume=-s", "--fork-session"), fork.subList(fork.size() - 2, fork.size()));
        String first = last(
                line(ExecutionOptions.none(), SessionChoice.fresh(), settings).words());
        String second = last(
                line(ExecutionOptions.none(), SessionChoice.fresh(), settings).words());
        assertFalse(first.equals(second));
    }

    private static String last(List<String> words) {
        return words.get(words.size() - 1);
    }

    @Test
    void skippedPermissions() {
        ExecutionOptions options = new ExecutionOptions(
                true,
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of("plan"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                ExecutionOptions.Ask.DENY);
        List<String> words =
                line(options, SessionChoice.fresh(), Settings.defaults()).words();
        assertTrue(words.contains("--dangerously-skip-permissions"));
        assertFalse(words.contains("--permission-mode=plan"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--settings={}", "-x", ""})
    @DisplayName("X1 no value of a list can become an option")
    void optionInjection(String tool) {
        SwitchboardException failure = assertThrows(
                SwitchboardException.class,
                () -> line(tools(List.of("Read", tool)), SessionChoice.fresh(), Settings.defaults()));
        assertEquals(ErrorCode.VALIDATION_FAILED, failure.code());
        assertEquals("options.allowed_tools", failure.details().get("field"));
    }

    @Test
    @DisplayName("X1 the project's CLAUDE.md is given though its settings are not loaded")
    void projectMemory() throws IOException {
        Files.writeString(project.resolve("CLAUDE.md"), "Use tabs.");
        String prompt =
                line(Settings.defaults()).files().get("system-prompt.md").toText();
        assertTrue(prompt.startsWith("Contents of " + project.resolve("CLAUDE.md")));
        assertTrue(prompt.endsWith("\n\nUse tabs."));
        assertFalse(line(Settings.defaults()).words().toString().contains("tabs"));
        Settings off = Settings.defaults().with(ServerSettings.CLAUDE_PROJECT_MEMORY, false);
        assertFalse(line(off).files().containsKey("system-prompt.md"));
    }

    @Test
    void trustedProject() throws IOException {
        Files.writeString(project.resolve("CLAUDE.md"), "Use tabs.");
        ClaudeCommandLine line = line(Settings.defaults().with(ServerSettings.CLAUDE_SETTING_SOURCES, "user,project"));
        assertTrue(line.words().contains("--setting-sources=user,project"));
        assertFalse(line.words().contains("--strict-mcp-config"), "its servers are trusted too");
        assertFalse(line.files().containsKey("system-prompt.md"), "the CLI reads CLAUDE.md itself");
        ClaudeCommandLine none = line(Settings.defaults().with(ServerSettings.CLAUDE_SETTING_SOURCES, ""));
        assertTrue(none.words().contains("--setting-sources="));
    }

    @Test
    void memoryUpToTheLimit() throws IOException {
        String most = "é".repeat(SystemPrompt.MEMORY_LIMIT / 2);
        Files.writeString(project.resolve("CLAUDE.md"), most);
        assertTrue(line(Settings.defaults())
                .files()
                .get("system-prompt.md")
                .toText()
                .endsWith(most));
        Files.writeString(project.resolve("CLAUDE.md"), "x" + most);
        String cut = line(Settings.defaults()).files().get("system-prompt.md").toText();
        assertTrue(
                cut.endsWith("é\n\n[CLAUDE.md is longer than 256 KiB; the rest was left out]"),
                cut.substring(cut.length() - 90));
        assertFalse(cut.contains("\ufffd"));
    }

    @Test
    void memoryThatIsNoFile() throws IOException {
        Files.createDirectory(project.resolve("CLAUDE.md"));
        assertFalse(line(Settings.defaults()).files().containsKey("system-prompt.md"));
        Files.delete(project.resolve("CLAUDE.md"));
        Files.writeString(project.resolve("CLAUDE.md"), " \n");
        assertFalse(line(Settings.defaults()).files().containsKey("system-prompt.md"));
    }

    private String readRules(Settings settings) {
        return line(settings).files().get("settings.json").toText();
    }

    @Test
    @DisplayName("X1 X9 what a prompt's @path may not attach: keys, what holds the environment, the server's own data")
    void deniedReads() {
        String usual = readRules(Settings.defaults().with(ServerSettings.DATA_DIR, "/var/lib/switchboard"));
        for (String path : List.of("//proc", "~/.ssh", "~/.claude/.credentials.json", "//var/lib/switchboard")) {
            assertTrue(usual.contains("\"Read(" + path + ")\"") && usual.contains("\"Read(" + path + "/**)\""), usual);
        }
        Settings one = Settings.defaults().with(ServerSettings.CLAUDE_READ_DENIED, List.of("/srv/a \"b\"/"));
        assertEquals(
                "{\"permissions\":{\"deny\":[\"Read(//srv/a \\\"b\\\")\",\"Read(//srv/a \\\"b\\\"/**)\"]}}",
                readRules(one));
    }

    @Test
    @DisplayName("X1 without anything to deny, the CLI gets no settings; a path that would be a pattern has no rule")
    void deniesNothing() {
        Settings none = Settings.defaults().with(ServerSettings.CLAUDE_READ_DENIED, List.of());
        assertFalse(line(none).words().toString().contains("--settings"));
        assertFalse(line(none.with(ServerSettings.DATA_DIR, "/data (1)"))
                .words()
                .toString()
                .contains("--settings"));
    }
}
