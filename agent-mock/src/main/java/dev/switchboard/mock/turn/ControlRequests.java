package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Answers the control requests of the host. Stdin thread only. */
final class ControlRequests {

    private final Agent agent;
    private final Mailbox mailbox;

    ControlRequests(Agent agent, Mailbox mailbox) {
        this.agent = agent;
        this.mailbox = mailbox;
    }

    /** @return true if the process is to end now */
    boolean handle(JsonObject line) {
        String id = line.string("request_id");
        JsonObject request = line.object("request");
        String subtype = request == null ? null : request.string("subtype");
        switch (subtype == null ? "" : subtype) {
            case "initialize" -> {
                agent.hooks().take(request.object("hooks"));
                succeed(id, initialized());
            }
            case "interrupt" -> interrupt(id, request.isTrue("cancel_queued"));
            case "set_permission_mode" -> setMode(id, request.string("mode"));
            case "set_model" -> setModel(id, request.string("model"));
            case "set_max_thinking_tokens", "rename_session" -> succeed(id, new JsonObject());
            case "mcp_status" -> succeed(id, JsonObject.of("mcpServers", List.of()));
            case "list_models" -> succeed(id, JsonObject.of("models", models()));
            case "get_binary_version" ->
                succeed(id, JsonObject.of("version", agent.version().number()));
            case "get_session_cost" ->
                succeed(
                        id,
                        JsonObject.of(
                                "total_cost_usd",
                                ResultLine.cost(agent.session().modelCalls())));
            case "get_context_usage" ->
                succeed(id, JsonObject.of("totalTokens", 10 * agent.session().modelCalls()));
            case "get_status" ->
                succeed(id, JsonObject.of("model", agent.model()).put("session_state", sessionState()));
            case "end_session" -> {
                succeed(id, new JsonObject());
                return true;
            }
            default -> fail(id, "Unsupported control request subtype: " + subtype, "unsupported_request");
        }
        return false;
    }

    private void interrupt(String id, boolean cancelQueued) {
        if (agent.isDeaf()) {
            return;
        }
        String withdrawn = mailbox.withdrawQuestion();
        if (withdrawn != null) {
            agent.output().line(JsonObject.of("type", "control_cancel_request").put("request_id", withdrawn));
        }
        List<String> queued = mailbox.queuedUuids(cancelQueued);
        if (agent.version().isCurrent()) {
            JsonObject receipt = JsonObject.of("still_queued", cancelQueued ? List.of() : queued);
            succeed(id, cancelQueued ? receipt.put("cancelled", queued) : receipt);
        } else {
            respond(JsonObject.of("subtype", "success").put("request_id", id));
        }
        mailbox.abort();
    }

    private void setMode(String id, String mode) {
        if (mode != null && mode.equals("bypassPermissions") && !agent.options().bypassAllowed()) {
            fail(
                    id,
                    "Cannot set permission mode to bypassPermissions because the session was not launched with "
                            + "--dangerously-skip-permissions",
                    "bypass_not_launched");
        } else if (agent.version().isCurrent() && !Permissions.MODES.contains(mode)) {
            fail(
                    id,
                    "Cannot set permission mode: must be one of " + String.join(", ", Permissions.MODES),
                    "invalid_mode");
        } else {
            agent.permissions().mode(mode);
            succeed(id, JsonObject.of("mode", mode));
            agent.output().line(modeStatus(agent));
        }
    }

    static JsonObject modeStatus(Agent agent) {
        return agent.identified(JsonObject.of("type", "system")
                .put("subtype", "status")
                .put("status", null)
                .put("permissionMode", agent.permissions().mode()));
    }

    private void setModel(String id, String name) {
        String model = agent.useModel(name);
        if (agent.hasAnswered() && agent.version().isCurrent()) {
            String text = "<local-command-stdout>Set model to `" + model + "`</local-command-stdout>";
            agent.output().line(ToolCall.userLine(agent, text).put("isReplay", true));
        }
        succeed(id, JsonObject.of("model", model));
    }

    private JsonObject initialized() {
        List<JsonObject> commands = new ArrayList<>();
        for (String command : InitLine.COMMANDS) {
            commands.add(JsonObject.of("name", command)
                    .put("description", "The command /" + command)
                    .put("argumentHint", ""));
        }
        JsonObject account = JsonObject.of("tokenSource", "none").put("apiKeySource", InitLine.apiKeySource());
        return JsonObject.of("commands", commands)
                .put("agents", List.of(JsonObject.of("name", "general-purpose").put("description", "For anything")))
                .put("output_style", "default")
                .put("available_output_styles", List.of("default"))
                .put("models", models())
                .put("account", account)
                .put("pid", ProcessHandle.current().pid())
                .put("claude_code_version", agent.version().number())
                .put("current_permission_mode", agent.permissions().mode())
                .put("session_state", sessionState())
                .put("fast_mode_state", "off")
                .put("capabilities", List.of("interrupt_receipt_v1", "msg_lifecycle_v1"))
                .put("mock_note", "a field that no reader knows: every release brings some");
    }

    private String sessionState() {
        return mailbox.isBusy() ? "running" : "idle";
    }

    private static List<JsonObject> models() {
        List<JsonObject> models = new ArrayList<>();
        for (String name : List.of("opus", "sonnet", "haiku")) {
            models.add(JsonObject.of("value", name)
                    .put("resolvedModel", "claude-" + name + "-5-5")
                    .put("displayName", name)
                    .put("description", "The model " + name));
        }
        return models;
    }

    private void succeed(String id, JsonObject body) {
        respond(JsonObject.of("subtype", "success").put("request_id", id).put("response", body));
    }

    private void fail(String id, String error, String code) {
        JsonObject response =
                JsonObject.of("subtype", "error").put("request_id", id).put("error", error);
        respond(agent.version().isCurrent() ? response.put("error_code", code) : response);
    }

    private void respond(JsonObject response) {
        agent.output().line(JsonObject.of("type", "control_response").put("response", response));
    }
}
