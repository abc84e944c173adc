package dev.switchboard.mock.turn;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** Decides whether a tool call may go ahead, asking the host where that is due, and writes the result line of one that may not. */
public final class ToolGate {

    private static final JsonObject ACCEPT_EDITS =
            JsonObject.of("type", "setMode").put("mode", "acceptEdits").put("destination", "session");

    private final Agent agent;
    private final Mailbox mailbox;
    private final Turn turn;

    ToolGate(Agent agent, Mailbox mailbox, Turn turn) {
        this.agent = agent;
        this.mailbox = mailbox;
        this.turn = turn;
    }

    /** The answer to whether a tool may be used; if it may, the caller carries it out and reports the result here. */
    public final class Entry {
        private final ToolCall call;
        private final JsonObject input;
        private final Permissions.Decision decision;

        private Entry(ToolCall call, JsonObject input, Permissions.Decision decision) {
            this.call = call;
            this.input = input;
            this.decision = decision;
        }

        public boolean granted() {
            return decision != null;
        }

        /** The input to use: the host may have changed it. */
        public JsonObject input() {
            return input;
        }

        /** Marks the tool as having processes of its own, of which a signal has to report the end. */
        public void running() {
            agent.openTool(call.id());
        }

        /** @param structured the tool's own form of its result */
        public void succeeded(String content, Object structured) {
            turn.toolResult(call.succeeded(agent, content, structured, decision), false);
        }

        public void failed(String content) {
            turn.toolResult(call.failed(agent, content, new JsonObject()), false);
        }
    }

    Entry allow(ToolCall call) {
        return new Entry(call, call.input(), new Permissions.Decision(Permissions.Verdict.ALLOWED, "config", "rule"));
    }

    Entry enter(ToolCall call) {
        if (!agent.permissions().offers(call.name())) {
            turn.toolResult(call.unknown(agent), false);
            return refused(call);
        }
        if (call.name().equals("ExitPlanMode") && !agent.permissions().mode().equals("plan")) {
            turn.toolResult(call.misused(agent, "You are not in plan mode."), false);
            return refused(call);
        }
        for (String callbackId : agent.hooks().before(call.name())) {
            JsonObject verdict = askHook(call, callbackId);
            if (verdict != null && "deny".equals(verdict.string("permissionDecision"))) {
                String reason = verdict.string("permissionDecisionReason");
                return refuse(
                        call,
                        "PreToolUse:" + call.name() + " hook error: " + (reason == null ? "denied" : reason),
                        "permission-rule",
                        "hook");
            }
        }
        Permissions.Decision decision = agent.permissions().decide(call.name(), call.input());
        switch (decision.verdict()) {
            case ALLOWED:
                return new Entry(call, call.input(), decision);
            case ASK:
                return ask(call);
            case ASK_WITHOUT_CHANNEL:
                return refuse(
                        call, "Tool permission request failed: AbortError: Stream closed", "permission-rule", "config");
            default:
                return denyUnasked(call);
        }
    }

    private Entry denyUnasked(ToolCall call) {
        String missing = agent.options().missingPromptTool();
        if (missing != null) {
            Stderr.print("Error: MCP tool " + missing + " (passed via --permission-prompt-tool) not found.\n");
            Runtime.getRuntime().halt(1);
        }
        String path = call.input().string("file_path");
        String text = path != null
                ? "Claude requested permissions to write to " + path + ", but you haven't granted it yet."
                : "Claude requested permissions to use " + call.name() + ", but you haven't granted it yet.";
        if (agent.version().isCurrent()) {
            agent.output()
                    .line(agent.identified(JsonObject.of("type", "system")
                            .put("subtype", "permission_denied")
                            .put("tool_name", call.name())
                            .put("tool_use_id", call.id())
                            .put("message", text)));
        }
        return refuse(call, text, "user-rejected", "config");
    }

    /** Calls the host back. @return what it says about the use of the tool, or null if nothing */
    private JsonObject askHook(ToolCall call, String callbackId) {
        JsonObject input = JsonObject.of("session_id", agent.session().id())
                .put("cwd", agent.cwd().toString())
                .put("permission_mode", agent.permissions().mode())
                .put("hook_event_name", "PreToolUse")
                .put("tool_name", call.name())
                .put("tool_input", call.input())
                .put("tool_use_id", call.id());
        JsonObject body = request(JsonObject.of("subtype", "hook_callback")
                        .put("callback_id", callbackId)
                        .put("input", input)
                        .put("tool_use_id", call.id()))
                .body();
        return body == null ? null : body.object("hookSpecificOutput");
    }

    /** Asks the host and waits for its answer. */
    private PermissionAnswer request(JsonObject request) {
        String requestId = agent.session().ids().uuid();
        mailbox.ask(requestId);
        agent.output()
                .line(JsonObject.of("type", "control_request")
                        .put("request_id", requestId)
                        .put("request", request));
        return mailbox.awaitAnswer();
    }

    private Entry ask(ToolCall call) {
        agent.state("requires_action");
        PermissionAnswer answer = request(question(call));
        agent.state("running");
        if (answer.body() == null) {
            return refuse(call, "Tool permission request failed: " + answer.error(), "permission-rule", "config");
        }
        return judge(call, answer.body());
    }

    private Entry judge(ToolCall call, JsonObject body) {
        String behavior = body.string("behavior");
        if ("deny".equals(behavior)) {
            if (body.isTrue("interrupt")) {
                throw new TurnAborted();
            }
            String message = body.string("message");
            return refuse(call, message == null ? "Permission denied" : message, "permission-rule", "user_reject");
        }
        JsonObject input = body.object("updatedInput");
        boolean usable =
                "allow".equals(behavior) && (input != null || agent.version().isCurrent());
        if (!usable) {
            return refuse(
                    call,
                    "Tool permission request failed: the answer is neither allow nor deny in the expected form",
                    "permission-rule",
                    "config");
        }
        for (Object update : body.list("updatedPermissions")) {
            if (update instanceof JsonObject permission) {
                apply(permission);
            }
        }
        if (call.name().equals("ExitPlanMode")) {
            agent.permissions().mode("default");
            agent.output().line(ControlRequests.modeStatus(agent));
        }
        return new Entry(
                call,
                input == null ? call.input() : input,
                new Permissions.Decision(Permissions.Verdict.ALLOWED, "user_temporary", null));
    }

    /** Takes over an "always allow". It lasts for this process, whatever its destination. */
    private void apply(JsonObject update) {
        if ("setMode".equals(update.string("type")) && Permissions.MODES.contains(update.string("mode"))) {
            agent.permissions().mode(update.string("mode"));
            agent.output().line(ControlRequests.modeStatus(agent));
        }
        for (Object rule : update.list("rules")) {
            if ("addRules".equals(update.string("type")) && rule instanceof JsonObject named) {
                String content = named.string("ruleContent");
                agent.permissions().remember(named.string("toolName") + (content == null ? "" : "(" + content + ")"));
            }
        }
    }

    private JsonObject question(ToolCall call) {
        JsonObject question = JsonObject.of("subtype", "can_use_tool")
                .put("tool_name", call.name())
                .put("display_name", call.name())
                .put("input", call.name().equals("ExitPlanMode") ? new JsonObject() : call.input());
        String path = call.input().string("file_path");
        String command = call.input().string("command");
        String described = call.input().string("description");
        if (path != null) {
            question.put("description", String.valueOf(Path.of(path).getFileName()));
        } else {
            question.putIfPresent("description", described != null ? described : command);
        }
        if (agent.permissions().mode().equals("plan") && !Permissions.needsUser(call.name())) {
            question.put("decision_reason_type", "mode");
        } else if (command != null) {
            JsonObject rule = JsonObject.of("toolName", call.name()).put("ruleContent", command);
            question.put(
                    "permission_suggestions",
                    List.of(
                            JsonObject.of("type", "addRules")
                                    .put("rules", List.of(rule))
                                    .put("behavior", "allow")
                                    .put("destination", "localSettings"),
                            ACCEPT_EDITS));
        } else if (!Permissions.needsUser(call.name())) {
            question.put("permission_suggestions", List.of(ACCEPT_EDITS));
        }
        question.put("tool_use_id", call.id());
        return Permissions.needsUser(call.name()) ? question.put("requires_user_interaction", true) : question;
    }

    private Entry refuse(ToolCall call, String text, String kind, String source) {
        turn.toolResult(call.denied(agent, text, kind, source), true);
        return refused(call);
    }

    private Entry refused(ToolCall call) {
        return new Entry(call, call.input(), null);
    }
}
