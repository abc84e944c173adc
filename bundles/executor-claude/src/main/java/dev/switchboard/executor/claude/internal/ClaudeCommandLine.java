package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionOptions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The CLI's command line. Every user of the machine can read it, so prompts and what may hold secrets (MCP configurations,
 * system prompts) are given as files. No value can be taken for an option: single ones are bound with {@code =}, those of
 * lists may not begin with a hyphen.
 */
final class ClaudeCommandLine {
    private static final String BYPASS = "bypassPermissions";

    private final Settings settings;
    private final Path directory;
    private final List<String> words = new ArrayList<>();
    private final List<String> lasting = new ArrayList<>();
    private final Map<String, Content> files = new HashMap<>();

    /**
     * Builds the command.
     *
     * @param directory where the files that it names will be
     * @throws SwitchboardException {@code VALIDATION_FAILED} if an option's value would be taken for another option
     */
    ClaudeCommandLine(Path program, AgentLaunch launch, SessionStart session, Settings settings, Path directory) {
        this.settings = settings;
        this.directory = directory;
        add(program.toString(), "-p");
        add("--input-format", "stream-json", "--output-format", "stream-json", "--verbose");
        add("--permission-prompt-tool", "stdio");
        options(launch.options());
        project(launch.directory(), launch.options());
        // Last and bound with "=": what stands before may be a list that takes every word that follows.
        words.addAll(session.flags());
    }

    /** The program and its arguments. */
    List<String> words() {
        return List.copyOf(words);
    }

    /** The words that hold for the whole life of a process, with file names instead of paths: see {@link LaunchProfile}. */
    List<String> lasting() {
        return List.copyOf(lasting);
    }

    /** What the files that it names are to hold, by name. */
    Map<String, Content> files() {
        return Map.copyOf(files);
    }

    private void options(ExecutionOptions options) {
        list("--allowedTools", "allowed_tools", options.allowedTools());
        list("--disallowedTools", "disallowed_tools", options.disallowedTools());
        list(
                "--add-dir",
                "add_dirs",
                options.addDirs().stream().map(Path::toString).toList());
        file("--mcp-config", "mcp.json", options.mcpConfig());
        options.model().ifPresent(model -> words.add("--model=" + model));
        bound("--fallback-model", options.fallbackModel());
        if (options.maxTurns().isPresent()) {
            add("--max-turns=" + options.maxTurns().getAsInt());
        }
        bound("--max-budget-usd", options.maxBudgetUsd().map(BigDecimal::toPlainString));
        if (options.partialMessages()) {
            add("--include-partial-messages");
        }
        if (options.skipPermissions()) {
            add("--dangerously-skip-permissions");
        } else {
            permissionMode(mode(options));
        }
    }

    /** The permission mode that options ask for. */
    static String mode(ExecutionOptions options) {
        return options.permissionMode().orElse("default");
    }

    private void permissionMode(String mode) {
        String word = "--permission-mode=" + mode;
        words.add(word);
        if (mode.equals(BYPASS)) {
            // Only a process that was launched with it can have it.
            lasting.add(word);
        }
    }

    /** What of the project's directory the CLI may take for its own configuration. */
    private void project(Path project, ExecutionOptions options) {
        String sources = settings.get(ServerSettings.CLAUDE_SETTING_SOURCES);
        boolean trusted = Arrays.asList(sources.split(",")).contains("project");
        add("--setting-sources=" + sources);
        if (!trusted || options.strictMcpConfig()) {
            add("--strict-mcp-config");
        }
        file("--settings", "settings.json", ReadRules.of(settings));
        boolean memory = !trusted && settings.get(ServerSettings.CLAUDE_PROJECT_MEMORY);
        file(
                "--append-system-prompt-file",
                "system-prompt.md",
                SystemPrompt.of(project, memory, options.appendSystemPrompt()));
    }

    private void add(String... more) {
        words.addAll(Arrays.asList(more));
        lasting.addAll(Arrays.asList(more));
    }

    private void bound(String flag, Optional<String> value) {
        value.ifPresent(text -> add(flag + "=" + text));
    }

    private void file(String flag, String name, Optional<String> content) {
        if (content.isPresent()) {
            files.put(name, Content.of(content.get()));
            words.add(flag + "=" + directory.resolve(name));
            lasting.add(flag + "=" + name);
        }
    }

    private void list(String flag, String option, List<String> values) {
        for (String value : values) {
            if (value.isEmpty() || value.startsWith("-")) {
                throw new SwitchboardException(
                        ErrorCode.VALIDATION_FAILED,
                        option + " has a value that is empty or begins with a hyphen; expected names of tools, such as"
                                + " Read or Bash(git *), or absolute paths",
                        Map.of("field", "options." + option));
            }
        }
        if (!values.isEmpty()) {
            add(flag);
            add(values.toArray(String[]::new));
        }
    }
}
