package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.Turn;

/** {@code [[refusal]]}: the first answer is stopped, the model is told so and gives another one. The turn succeeds. */
final class RefusalScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow();
        turn.say("This answer is stopp");
        turn.agent()
                .output()
                .line(turn.agent()
                        .identified(JsonObject.of("type", "system")
                                .put("subtype", "informational")
                                .put("content", "The answer above was stopped; going on once with that noted")
                                .put("level", "notice")));
        turn.tell("Your answer above was stopped. Do not give it again.");
        String text = "This is another answer.";
        turn.say(text);
        JsonObject extra = JsonObject.of("api_error_status", null);
        if (turn.agent().version().isCurrent()) {
            extra.put("safety_stops", 1);
        }
        turn.endWith(new Outcome("success", false, "completed", "end_turn", text, null, extra));
    }
}
