package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;

/** {@code [[tools 3 name=Read every=50ms]]}: the model uses a tool so many times, then says so. The tools do nothing. */
final class ToolsScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("name", "every");
        long count = directive.firstNumber(1, 1, 100_000);
        long every = directive.millis("every", "0ms");
        String name = directive.text("name", "Read");
        int granted = 0;
        for (int i = 1; i <= count; i++) {
            turn.pause(every);
            ToolGate.Entry entry = turn.enter(turn.useTool(name, input(turn, name, i)));
            if (entry.granted()) {
                granted++;
                String content = "result " + i + " of " + count;
                entry.succeeded(content, JsonObject.of("type", "text").put("content", content));
            }
        }
        turn.say("Used " + name + " " + count + " times, " + granted + " of them successfully.");
    }

    private static JsonObject input(Turn turn, String name, int number) {
        if (name.equals("Bash")) {
            return JsonObject.of("command", "echo " + number).put("description", "Say " + number);
        }
        return JsonObject.of(
                "file_path",
                turn.agent().cwd().resolve("file" + number + ".txt").toString());
    }
}
