package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.ToolCall;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;

/**
 * {@code [[structured output={"name":"Ada"}]]}: the answer in the form that {@code --json-schema} asked for. The schema is not looked
 * at. Without that option the tool for it is not there; with it, and another directive, the model does not comply.
 */
final class StructuredScenario implements Scenario {

    private static final String TOOL = "StructuredOutput";

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("output");
        JsonObject output = directive.has("output") ? directive.object("output") : JsonObject.of("name", "Ada");
        ToolCall call = turn.useToolAtOnce(TOOL, output);
        if (!turn.agent().options().structured()) {
            turn.enter(call);
            turn.say("There is no tool for that.");
            return;
        }
        ToolGate.Entry entry = turn.enterAllowed(call);
        String done = "Structured output provided successfully";
        entry.succeeded(done, done);
        JsonObject extra = JsonObject.of("api_error_status", null).put("structured_output", output);
        turn.endWith(new Outcome("success", false, "completed", "tool_use", output.toString(), null, extra));
    }
}
