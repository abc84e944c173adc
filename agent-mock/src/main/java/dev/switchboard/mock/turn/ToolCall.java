package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Timestamps;
import java.util.List;

/**
 * One use of a tool by the model, and the {@code user} line that says what came of it.
 *
 * @param id    the tool call's id
 * @param input as the model gave it
 */
public record ToolCall(String id, String name, JsonObject input) {

    private static final String REJECTED =
            "The user doesn't want to proceed with this tool use. It was rejected and did not happen. "
                    + "Stop and wait for the user to say how to go on.";

    JsonObject succeeded(Agent agent, String content, Object structured, Permissions.Decision decision) {
        JsonObject block =
                JsonObject.of("tool_use_id", id).put("type", "tool_result").put("content", content);
        if (name.equals("Bash")) {
            block.put("is_error", false);
        }
        JsonObject verdict = JsonObject.of("decision", "accept")
                .put("source", decision.source())
                .putIfPresent("reason_type", decision.reasonType());
        return meta(
                agent,
                line(agent, block).put("tool_use_result", structured),
                JsonObject.of("permission_decision", verdict));
    }

    /** Not carried out, or carried out with an error. */
    JsonObject failed(Agent agent, String content, JsonObject meta) {
        return meta(agent, errorLine(agent, content).put("tool_use_result", "Error: " + content), meta);
    }

    /** The host denied it, or it could not be asked. */
    JsonObject denied(Agent agent, String content, String kind, String source) {
        JsonObject verdict = JsonObject.of("decision", "reject").put("source", source);
        return failed(agent, content, JsonObject.of("non_execution_kind", kind).put("permission_decision", verdict));
    }

    /** The turn was interrupted before the tool was done. */
    JsonObject rejected(Agent agent) {
        JsonObject line = errorLine(agent, REJECTED).put("tool_use_result", "User rejected tool use");
        return meta(agent, line, JsonObject.of("non_execution_kind", "user-rejected"));
    }

    /** The model named a tool that it was not offered. */
    JsonObject unknown(Agent agent) {
        String text = "Error: No such tool available: " + name;
        return errorLine(agent, "<tool_use_error>" + text + "</tool_use_error>").put("tool_use_result", text);
    }

    /** The model used a tool where it cannot be used. */
    JsonObject misused(Agent agent, String text) {
        return errorLine(agent, "<tool_use_error>" + text + "</tool_use_error>")
                .put("tool_use_result", "Error: " + text);
    }

    JsonObject denial() {
        return JsonObject.of("tool_name", name).put("tool_use_id", id).put("tool_input", input);
    }

    /** A tool result that a signal handler writes: it has nothing but the id. */
    static JsonObject killed(Agent agent, String toolId) {
        return new ToolCall(toolId, "Bash", new JsonObject())
                .failed(
                        agent,
                        "Exit code 137",
                        JsonObject.of(
                                "permission_decision",
                                JsonObject.of("decision", "accept").put("source", "config")));
    }

    private JsonObject errorLine(Agent agent, String content) {
        return line(
                agent,
                JsonObject.of("type", "tool_result")
                        .put("content", content)
                        .put("is_error", true)
                        .put("tool_use_id", id));
    }

    private static JsonObject line(Agent agent, JsonObject block) {
        return userLine(agent, List.of(block));
    }

    private JsonObject meta(Agent agent, JsonObject line, JsonObject meta) {
        if (!agent.version().isCurrent()) {
            return line;
        }
        return line.put("tool_result_meta", List.of(JsonObject.of("id", id).putAll(meta)));
    }

    static JsonObject userLine(Agent agent, Object content) {
        JsonObject line = JsonObject.of("type", "user")
                .put("message", JsonObject.of("role", "user").put("content", content));
        return agent.identified(line.put("parent_tool_use_id", null)).put("timestamp", Timestamps.now());
    }
}
