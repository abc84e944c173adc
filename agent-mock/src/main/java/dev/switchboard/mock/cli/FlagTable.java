package dev.switchboard.mock.cli;

import static dev.switchboard.mock.cli.Flag.Arity.MANY;
import static dev.switchboard.mock.cli.Flag.Arity.NONE;
import static dev.switchboard.mock.cli.Flag.Arity.ONE;
import static dev.switchboard.mock.cli.Flag.Arity.OPTIONAL;

import dev.switchboard.mock.AgentVersion;

/** The options that the real program accepts and that matter to a server. Everything else is an unknown option. */
final class FlagTable {

    private static final Flag[] COMMON = {
        new Flag("-p, --print", NONE, true, "Print the response and exit"),
        new Flag("--output-format <format>", ONE, true, "text, json or stream-json (only with --print)"),
        new Flag("--input-format <format>", ONE, true, "text or stream-json (only with --print)"),
        new Flag("--include-partial-messages", NONE, true, "Show message chunks as they arrive"),
        new Flag("--replay-user-messages", NONE, true, "Repeat user messages from stdin on stdout"),
        new Flag("--verbose", NONE, true, "Override the verbose setting"),
        new Flag("-r, --resume [value]", OPTIONAL, true, "Continue the conversation with this session id"),
        new Flag("-c, --continue", NONE, true, "Continue the most recent conversation of this directory"),
        new Flag("--session-id <uuid>", ONE, true, "Use this id for the new conversation"),
        new Flag("--fork-session", NONE, true, "With --resume: continue under a new id"),
        new Flag("--no-session-persistence", NONE, true, "Keep the conversation off the disk"),
        new Flag("--permission-mode <mode>", ONE, true, "How permissions are decided"),
        new Flag("--dangerously-skip-permissions", NONE, true, "Bypass all permission checks"),
        new Flag("--permission-prompt-tool <tool>", ONE, false, "Who answers permission prompts"),
        new Flag("--allowedTools, --allowed-tools <tools...>", MANY, true, "Tools that need no permission"),
        new Flag("--disallowedTools, --disallowed-tools <tools...>", MANY, true, "Tools that are not offered"),
        new Flag("--tools <tools...>", MANY, true, "Restrict the built-in tools"),
        new Flag("--mcp-config <configs...>", MANY, true, "MCP servers, from files or JSON strings"),
        new Flag("--strict-mcp-config", NONE, true, "Only the MCP servers of --mcp-config"),
        new Flag("--system-prompt <prompt>", ONE, true, "System prompt of the session"),
        new Flag("--system-prompt-file <file>", ONE, false, "System prompt from a file"),
        new Flag("--append-system-prompt <prompt>", ONE, true, "Added to the default system prompt"),
        new Flag("--append-system-prompt-file <file>", ONE, false, "Added to the default system prompt, from a file"),
        new Flag("--model <model>", ONE, true, "Model of the session: an alias or a full name"),
        new Flag("--fallback-model <model>", ONE, true, "Used when the model is overloaded"),
        new Flag("--add-dir <directories...>", MANY, true, "More directories that tools may use"),
        new Flag("--max-turns <turns>", ONE, false, "Limit of agentic turns; 0 is none"),
        new Flag("--max-budget-usd <amount>", ONE, true, "Limit of API cost (only with --print)"),
        new Flag("--max-thinking-tokens <tokens>", ONE, false, "Limit of thinking tokens"),
        new Flag("--settings <file-or-json>", ONE, true, "More settings, from a file or a JSON string"),
        new Flag("--setting-sources <sources>", ONE, true, "Comma-separated: user, project, local"),
        new Flag("--agents <json>", ONE, true, "Custom agents"),
        new Flag("--agent <agent>", ONE, true, "Agent of the session"),
        new Flag("--json-schema <schema>", ONE, true, "Shape of the structured output"),
        new Flag("-n, --name <name>", ONE, true, "Display name of the session"),
        new Flag("--effort <level>", ONE, true, "Effort of the session"),
        new Flag("--bare", NONE, true, "Minimal mode"),
        new Flag("--safe-mode", NONE, true, "Without customisations"),
        new Flag("--disable-slash-commands", NONE, true, "Disable all skills"),
        new Flag("-d, --debug [filter]", OPTIONAL, true, "Debug mode"),
        new Flag("--debug-file <path>", ONE, true, "Debug log to a file"),
        new Flag("--debug-to-stderr", NONE, false, "Debug log to stderr"),
        new Flag("-v, --version", NONE, true, "Output the version number"),
        new Flag("-h, --help", NONE, true, "Display help for command"),
    };

    private static final Flag[] SINCE_330 = {
        new Flag("--include-hook-events", NONE, true, "Show hook events"),
        new Flag("--forward-subagent-text", NONE, true, "Show the text of subagents"),
        new Flag("--permission-prompts <mode>", ONE, true, "host, or none to deny everything that would ask"),
        new Flag("--restricted", NONE, true, "Restricted mode"),
    };

    private FlagTable() {}

    /** The flag with this spelling, or null. */
    static Flag find(String word, AgentVersion version) {
        Flag flag = find(COMMON, word);
        return flag == null && version.isCurrent() ? find(SINCE_330, word) : flag;
    }

    private static Flag find(Flag[] flags, String word) {
        for (Flag flag : flags) {
            if (flag.is(word)) {
                return flag;
            }
        }
        return null;
    }

    static String help(AgentVersion version) {
        StringBuilder text = new StringBuilder("""
                Usage: claude [options] [prompt]

                Claude Code (mock) - answers by directives in the prompt, see the README of agent-mock

                Arguments:
                  prompt  Your prompt

                Options:
                """);
        list(COMMON, text);
        if (version.isCurrent()) {
            list(SINCE_330, text);
        }
        return text.toString();
    }

    private static void list(Flag[] flags, StringBuilder text) {
        for (Flag flag : flags) {
            if (flag.listed()) {
                text.append("  ")
                        .append(flag.spelling())
                        .append("  ")
                        .append(flag.help())
                        .append('\n');
            }
        }
    }
}
