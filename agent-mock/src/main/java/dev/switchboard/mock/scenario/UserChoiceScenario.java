package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What only a person can decide: {@code [[question text="Which?" options=A,B]]} (AskUserQuestion) and {@code [[plan text="1. do it"]]}
 * (ExitPlanMode, which needs the permission mode plan). The answers of a question come inside the input that is allowed.
 */
final class UserChoiceScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        if (directive.name().equals("plan")) {
            directive.allow("text");
            plan(turn, directive.text("text", "1. do it"));
        } else {
            directive.allow("text", "options");
            question(
                    turn,
                    directive.text("text", "Which?"),
                    directive.text("options", "A,B").split(","));
        }
    }

    private static void plan(Turn turn, String text) {
        ToolGate.Entry entry = turn.enter(turn.useTool("ExitPlanMode", JsonObject.of("plan", text)));
        if (entry.granted()) {
            entry.succeeded(
                    "User has approved exiting plan mode. You can now proceed.",
                    JsonObject.of("plan", null).put("isAgent", false).put("filePath", "/nonexistent/plan.md"));
            turn.say("The plan was approved.");
        } else {
            turn.say("The plan was not approved.");
        }
    }

    private static void question(Turn turn, String text, String... labels) {
        List<JsonObject> options = new ArrayList<>();
        for (String label : labels) {
            options.add(JsonObject.of("label", label).put("description", "The answer " + label));
        }
        JsonObject question = JsonObject.of("question", text)
                .put("header", "Question")
                .put("options", options)
                .put("multiSelect", false);
        ToolGate.Entry entry =
                turn.enter(turn.useTool("AskUserQuestion", JsonObject.of("questions", List.of(question))));
        JsonObject answers = entry.granted() ? entry.input().object("answers") : null;
        if (entry.granted()) {
            String told = answers == null ? "" : told(answers);
            entry.succeeded(
                    told.isEmpty() ? "The user did not answer." : "Your questions have been answered: " + told + ".",
                    entry.input());
            turn.say(told.isEmpty() ? "There was no answer." : "The answer is " + told + ".");
        } else {
            turn.say("The question was not permitted.");
        }
    }

    private static String told(JsonObject answers) {
        StringBuilder told = new StringBuilder();
        for (Map.Entry<String, Object> answer : answers.members().entrySet()) {
            told.append(told.length() == 0 ? "" : ", ")
                    .append('"')
                    .append(answer.getKey())
                    .append("\"=\"")
                    .append(answer.getValue())
                    .append('"');
        }
        return told.toString();
    }
}
