package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.ToolCall;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;

/**
 * {@code [[background for=100ms then="..."]]}: a command that goes on when the turn is over; its end sets off a turn that nobody asked
 * for, which plays the directives of {@code then}. {@code [[subagent]]}: the same with a subagent, which also says something itself.
 * Nothing is really run.
 */
final class BackgroundScenario implements Scenario {

    private static final String AGENT_TYPE = "general-purpose";

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("for", "then", "scale");
        long millis = directive.scaledMillis("for", "100ms");
        if (directive.name().equals("background")) {
            command(turn, millis, directive.text("then", "[[say text=\"The background command is done.\"]]"));
        } else {
            subagent(turn, millis, directive.text("then", "[[say text=\"The subagent is done.\"]]"));
        }
    }

    private static void command(Turn turn, long millis, String then) {
        JsonObject input = JsonObject.of("command", "sleep " + millis + "ms")
                .put("description", "Wait")
                .put("run_in_background", true);
        ToolCall call = turn.useTool("Bash", input);
        ToolGate.Entry entry = turn.enterAllowed(call);
        String id = turn.agent().background().start(call, null, millis, then);
        entry.succeeded(
                "Command running in background with ID: " + id,
                JsonObject.of("stdout", "")
                        .put("stderr", "")
                        .put("interrupted", false)
                        .put("isImage", false)
                        .put("noOutputExpected", false)
                        .put("backgroundTaskId", id));
        turn.say("The command runs in the background.");
    }

    private static void subagent(Turn turn, long millis, String then) {
        JsonObject input = JsonObject.of("description", "Look around")
                .put("prompt", "Look around.")
                .put("subagent_type", AGENT_TYPE);
        ToolCall call = turn.useTool("Task", input);
        ToolGate.Entry entry = turn.enterAllowed(call);
        String id = turn.agent().background().start(call, AGENT_TYPE, millis, then);
        entry.succeeded(
                "Agent launched with ID: " + id,
                JsonObject.of("isAsync", true)
                        .put("status", "async_launched")
                        .put("agentId", id)
                        .put("description", "Look around"));
        turn.say("The subagent is under way.");
        JsonObject line = turn.subagentLine(
                call.id(), JsonObject.of("type", "text").put("text", "This is what the subagent says."));
        if (turn.agent().version().isCurrent()) {
            line.put("agent_id", id).put("subagent_type", AGENT_TYPE).put("task_description", "Look around");
        }
        turn.agent().output().line(line);
    }
}
