package dev.switchboard.mock.turn;

import dev.switchboard.mock.cli.LaunchOptions;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The line that begins every turn and says what the agent is and has. */
final class InitLine {

    static final List<String> COMMANDS =
            List.of("clear", "compact", "context", "cost", "init", "model", "review", "usage");

    private static final List<String> TOOLS = List.of(
            "Task",
            "Bash",
            "Edit",
            "ListAgents",
            "NotebookEdit",
            "Read",
            "ToolSearch",
            "WebFetch",
            "WebSearch",
            "Write");
    private static final List<String> HOST_TOOLS = List.of(
            "Task",
            "AskUserQuestion",
            "Bash",
            "Edit",
            "ExitPlanMode",
            "ListAgents",
            "NotebookEdit",
            "Read",
            "ToolSearch",
            "WebFetch",
            "WebSearch",
            "Write");

    private InitLine() {}

    /** @param hasHost whether somebody can be asked, which adds the tools that ask */
    static List<String> builtInTools(boolean hasHost) {
        return hasHost ? HOST_TOOLS : TOOLS;
    }

    static JsonObject of(Agent agent, List<String> messageUuids) {
        boolean current = agent.version().isCurrent();
        JsonObject line = JsonObject.of("type", "system")
                .put("subtype", "init")
                .put("cwd", agent.cwd().toString())
                .put("session_id", agent.session().id())
                .put("tools", tools(agent))
                .put("mcp_servers", mcpServers(agent.options()))
                .put("model", agent.model())
                .put("permissionMode", agent.permissions().mode())
                .put("slash_commands", COMMANDS);
        if (current) {
            line.put("terminal_slash_commands", List.of());
        }
        line.put("apiKeySource", apiKeySource())
                .put("claude_code_version", agent.version().number())
                .put("output_style", "default")
                .put("agents", List.of("general-purpose", "Plan"))
                .put("skills", List.of("review"))
                .put("plugins", List.of());
        if (current) {
            line.put("capabilities", List.of("interrupt_receipt_v1", "interrupt_cancel_queued_v1", "msg_lifecycle_v1"));
        }
        line.put("analytics_disabled", true).put("product_feedback_disabled", true);
        if (current) {
            line.put("served_by_anthropic", false);
        }
        line.put("uuid", agent.session().ids().uuid())
                .put("memory_paths", JsonObject.of("auto", agent.sessions().memoryDirectory()));
        if (current) {
            line.put("original_cwd", agent.cwd().toString())
                    .put("additional_directories", addedDirectories(agent.options()))
                    .put("messaging_socket_path", "/nonexistent/mock.sock");
        }
        line.put("fast_mode_state", "off").put("mock_note", "a field that no reader knows: every release brings some");
        return current ? newerFields(line, messageUuids) : line;
    }

    private static JsonObject newerFields(JsonObject line, List<String> messageUuids) {
        line.put("fast_mode_disabled_reason", "sdk_opt_in_required")
                .put("per_turn_effort_active", true)
                .put("ultrathink_available", false)
                .put("ultrathink_typed_raises", false)
                .put("view_mode", "default");
        return messageUuids.isEmpty() ? line : line.put("user_message_uuids", messageUuids);
    }

    static String apiKeySource() {
        return System.getenv("ANTHROPIC_API_KEY") == null ? "none" : "ANTHROPIC_API_KEY";
    }

    private static List<String> tools(Agent agent) {
        List<String> tools = new ArrayList<>();
        for (String tool : HOST_TOOLS) {
            if (agent.permissions().offers(tool)) {
                tools.add(tool);
            }
        }
        return tools;
    }

    /** Directories that do not exist are left out without a word. */
    private static List<String> addedDirectories(LaunchOptions options) {
        List<String> directories = new ArrayList<>();
        for (String directory : options.addedDirectories()) {
            if (Files.isDirectory(Path.of(directory))) {
                directories.add(directory);
            }
        }
        return directories;
    }

    private static List<JsonObject> mcpServers(LaunchOptions options) {
        List<JsonObject> servers = new ArrayList<>();
        for (String config : options.mcpConfigs()) {
            JsonObject named = parse(config).object("mcpServers");
            if (named != null) {
                for (Map.Entry<String, Object> server : named.members().entrySet()) {
                    String status =
                            server.getValue() instanceof JsonObject object && canStart(object) ? "connected" : "failed";
                    servers.add(JsonObject.of("name", server.getKey())
                            .put("status", status)
                            .put("source", "dynamic"));
                }
            }
        }
        return servers;
    }

    private static JsonObject parse(String config) {
        try {
            String text = config.stripLeading().startsWith("{") ? config : Files.readString(Path.of(config));
            return JsonReader.read(text) instanceof JsonObject object ? object : new JsonObject();
        } catch (java.io.IOException e) {
            // It was there when the command line was checked; without it there are no servers.
            return new JsonObject();
        }
    }

    /** Servers are not started; one counts as connected if its program could be. */
    private static boolean canStart(JsonObject server) {
        String command = server.string("command");
        if (command == null) {
            return server.string("url") != null;
        }
        if (command.indexOf('/') >= 0) {
            return Files.isExecutable(Path.of(command));
        }
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "" : path).split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, command))) {
                return true;
            }
        }
        return false;
    }
}
