package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Keeps options as text, so that a later server can go on with their run: the {@code options} of an {@code execute} request, as
 * {@link OptionsReader} reads them. The text may hold secrets.
 */
public final class OptionsWriter {
    private OptionsWriter() {}

    /** The options as one JSON object. */
    public static String write(ExecutionOptions options) {
        ObjectNode json = Json.object();
        if (options.skipPermissions()) {
            json.put("dangerously_skip_permissions", true);
        }
        put(json, "allowed_tools", options.allowedTools());
        put(json, "disallowed_tools", options.disallowedTools());
        put(json, "mcp_config", options.mcpConfig());
        if (options.strictMcpConfig()) {
            json.put("strict_mcp_config", true);
        }
        put(json, "append_system_prompt", options.appendSystemPrompt());
        put(json, "permission_mode", options.permissionMode());
        put(json, "model", options.model());
        put(json, "fallback_model", options.fallbackModel());
        put(json, "add_dirs", options.addDirs());
        options.maxTurns().ifPresent(turns -> json.put("max_turns", turns));
        options.maxBudgetUsd().ifPresent(budget -> json.put("max_budget_usd", budget));
        options.timeout().ifPresent(timeout -> json.put("timeout_ms", timeout.toMillis()));
        if (options.partialMessages()) {
            json.put("include_partial_messages", true);
        }
        json.put("ask", options.ask() == Ask.REMOTE ? "remote" : "deny");
        return Json.text(json);
    }

    private static void put(ObjectNode json, String name, Optional<String> value) {
        value.ifPresent(text -> json.put(name, text));
    }

    private static void put(ObjectNode json, String name, List<?> values) {
        if (!values.isEmpty()) {
            ArrayNode texts = json.putArray(name);
            values.forEach(value -> texts.add(value.toString()));
        }
    }

    /**
     * What {@link #write} has written.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static ExecutionOptions read(String text) {
        ObjectNode data = Json.object();
        try {
            data.set("options", Json.read(text.getBytes(StandardCharsets.UTF_8)));
            return OptionsReader.read(Fields.of(data), Ask.DENY);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException("these are no options of a run", e);
        }
    }
}
