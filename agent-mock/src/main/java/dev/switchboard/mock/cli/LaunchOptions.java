package dev.switchboard.mock.cli;

import dev.switchboard.mock.AgentVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line after it was judged: typed, and consistent in itself.
 *
 * @param prompt            the first positional, or null
 * @param asksHost          whether permission questions go to the host, over the streams
 * @param missingPromptTool the MCP tool that should answer them, or null; it never exists here
 * @param maxTurns          0 is no limit
 * @param maxBudget         of the command line, in dollars, or null
 * @param fallbackModel     the model to use when the other one is overloaded, or null
 * @param structured        whether an answer in a given form was asked for
 */
public record LaunchOptions(
        String prompt,
        String outputFormat,
        boolean streamInput,
        boolean partials,
        boolean replay,
        boolean verbose,
        SessionChoice session,
        String permissionMode,
        boolean bypassAllowed,
        boolean asksHost,
        String missingPromptTool,
        ToolChoice tools,
        String model,
        List<String> mcpConfigs,
        List<String> addedDirectories,
        int maxTurns,
        String maxBudget,
        String fallbackModel,
        boolean structured,
        boolean slashCommands) {

    private static final List<String> FORMATS = List.of("text", "json", "stream-json");

    /** @throws EarlyExit if the run ends here */
    public static LaunchOptions parse(String[] words, AgentVersion version) {
        RawArguments raw = ArgumentParser.parse(words, version);
        OptionRules.check(raw);
        String promptTool = raw.value("permission-prompt-tool");
        boolean streamInput = "stream-json".equals(raw.value("input-format"));
        String mode = raw.has("dangerously-skip-permissions") ? "bypassPermissions" : raw.value("permission-mode");
        String format = raw.value("output-format");
        return new LaunchOptions(
                raw.positionals().isEmpty() ? null : raw.positionals().get(0),
                format == null ? "text" : format,
                streamInput,
                raw.has("include-partial-messages"),
                raw.has("replay-user-messages"),
                raw.has("verbose"),
                new SessionChoice(
                        raw.value("resume"),
                        raw.has("continue"),
                        raw.value("session-id"),
                        raw.has("fork-session"),
                        !raw.has("no-session-persistence")),
                mode == null || mode.equals("manual") ? "default" : mode,
                "bypassPermissions".equals(mode),
                "stdio".equals(promptTool) && !"none".equals(raw.value("permission-prompts")),
                "stdio".equals(promptTool) ? null : promptTool,
                new ToolChoice(
                        raw.has("tools") ? rules(raw.values("tools")) : null,
                        rules(raw.values("allowed-tools")),
                        rules(raw.values("disallowed-tools"))),
                raw.value("model"),
                raw.values("mcp-config"),
                raw.values("add-dir"),
                raw.has("max-turns") ? Integer.parseInt(raw.value("max-turns")) : 0,
                raw.value("max-budget-usd"),
                first(raw.value("fallback-model")),
                raw.has("json-schema"),
                !raw.has("disable-slash-commands"));
    }

    public boolean streamsLines() {
        return outputFormat.equals("stream-json");
    }

    private static String first(String models) {
        return models == null ? null : models.split(",")[0].strip();
    }

    /** Values from a closed list are refused while parsing, before anything that comes later on the command line. */
    static void checkChoice(Flag flag, List<String> values, AgentVersion version) {
        if (values.isEmpty()) {
            return;
        }
        String value = values.get(values.size() - 1);
        switch (flag.key()) {
            case "output-format" -> choice(flag, value, FORMATS, "");
            case "input-format" -> choice(flag, value, List.of("text", "stream-json"), "");
            case "permission-prompts" -> choice(flag, value, List.of("host", "none"), "");
            case "permission-mode" -> {
                String manual = version.isCurrent() ? "manual" : "default";
                choice(
                        flag,
                        value,
                        List.of("acceptEdits", "auto", "bypassPermissions", manual, "dontAsk", "plan"),
                        "default");
            }
            default -> {}
        }
    }

    private static void choice(Flag flag, String value, List<String> allowed, String hidden) {
        if (!allowed.contains(value) && !value.equals(hidden)) {
            throw EarlyExit.refused("error: option '" + flag.spelling() + "' argument '" + value
                    + "' is invalid. Allowed choices are " + String.join(", ", allowed) + ".\n");
        }
    }

    /** Splits at commas and blanks, but not inside the parentheses of a rule such as {@code Bash(git *)}. */
    static List<String> rules(List<String> values) {
        List<String> rules = new ArrayList<>();
        for (String value : values) {
            int start = 0;
            int depth = 0;
            for (int i = 0; i <= value.length(); i++) {
                char c = i == value.length() ? ',' : value.charAt(i);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (i == value.length() || depth <= 0 && (c == ',' || c == ' ')) {
                    if (i > start) {
                        rules.add(value.substring(start, i));
                    }
                    start = i + 1;
                }
            }
        }
        return rules;
    }

    /**
     * Which conversation to go on with.
     *
     * @param resume   the id given to --resume, or null
     * @param latest   --continue: the most recent one of this directory
     * @param newId    the id given to --session-id, or null
     * @param fork     continue under a new id
     * @param stored   whether turns are written to disk
     */
    public record SessionChoice(String resume, boolean latest, String newId, boolean fork, boolean stored) {}

    /**
     * @param offered    rules of --tools, or null for all built-in tools
     * @param allowed    tools that need no permission
     * @param disallowed tools that are not offered
     */
    public record ToolChoice(List<String> offered, List<String> allowed, List<String> disallowed) {}
}
