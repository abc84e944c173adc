package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Agent;
import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.Turn;
import dev.switchboard.mock.turn.TurnRunner;
import java.util.List;

/** Plays the directives of a prompt one after the other, or gives a friendly answer if there are none. */
public final class PromptScript implements TurnRunner.Script {

    private static final int QUOTED_CHARS = 200;

    private final String[] commandLine;

    /** @param commandLine the words this process was started with, for {@code [[args]]} */
    public PromptScript(String[] commandLine) {
        this.commandLine = commandLine.clone();
    }

    @Override
    public void before(Agent agent, String prompt) {
        if (!prompt.contains("[[exit first") && !prompt.contains("[[hook")) {
            return;
        }
        try {
            for (Directive directive : DirectiveParser.parse(prompt)) {
                if (directive.name().equals("exit") && directive.says("first")) {
                    ExitScenario.leave(directive);
                } else if (directive.name().equals("hook")) {
                    HookScenario.announce(agent, directive);
                }
            }
        } catch (DirectiveException e) {
            // Playing the prompt comes to the same mistake, and can say so in a result.
            return;
        }
    }

    @Override
    public void play(Turn turn) {
        try {
            List<Directive> directives = DirectiveParser.parse(turn.prompt().text());
            for (Directive directive : directives) {
                turn.checkAborted();
                ScenarioRegistry.find(directive.name(), commandLine).play(turn, directive);
            }
            if (directives.isEmpty()) {
                turn.say(friendlyAnswer(turn));
            }
        } catch (DirectiveException e) {
            String text = "Mock: " + e.getMessage();
            turn.say(text);
            turn.endWith(new Outcome("success", true, "completed", "end_turn", text, null, new JsonObject()));
        }
    }

    private static String friendlyAnswer(Turn turn) {
        String prompt = turn.prompt().text();
        String quoted = prompt.length() <= QUOTED_CHARS ? prompt : prompt.substring(0, QUOTED_CHARS) + "…";
        String answer =
                "You said: " + quoted + "\nThis is turn " + turn.session().prompts() + " of our conversation.";
        String before = turn.session().lastPrompt();
        if (before != null) {
            String start = before.length() <= QUOTED_CHARS ? before : before.substring(0, QUOTED_CHARS) + "…";
            answer += " Before that you said: " + start;
        }
        return answer;
    }
}
