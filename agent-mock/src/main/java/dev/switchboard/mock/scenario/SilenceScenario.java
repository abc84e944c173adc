package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Turn;

/**
 * The long waits of the real program, which {@code scale=100} makes a hundred times shorter: {@code [[stall for=300s]]} is silent in
 * the middle of a text and then begins it again, {@code [[no-headers every=361s retries=1]]} waits for an API that does not answer,
 * {@code [[stay for=10m]]} keeps the process when its turns and its input are over.
 */
final class SilenceScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        switch (directive.name()) {
            case "stall" -> {
                directive.allow("for", "scale");
                turn.sayBeginning("This text will not be");
                turn.pause(directive.scaledMillis("for", "300s"));
                turn.abandonMessage();
                turn.say("This text was begun twice.");
            }
            case "no-headers" -> {
                directive.allow("every", "retries", "scale");
                noHeaders(turn, directive);
            }
            default -> {
                directive.allow("for", "scale");
                turn.agent().stay(directive.scaledMillis("for", "10m"));
                turn.answer("I will stay for a while.");
            }
        }
    }

    /** Answers after so many retries; after all that are announced, it gives up. */
    private static void noHeaders(Turn turn, Directive directive) {
        long every = directive.scaledMillis("every", "361s");
        long retries = directive.number("retries", 1, 1, ApiErrorScenario.ANNOUNCED_RETRIES);
        for (long attempt = 1; attempt <= retries; attempt++) {
            turn.pause(every);
            ApiErrorScenario.retry(turn, attempt, 500, null, "unknown");
        }
        if (retries == ApiErrorScenario.ANNOUNCED_RETRIES) {
            turn.pause(every);
            throw ApiErrorScenario.failure(turn, "network", null, "API Error: Request timed out.");
        }
        turn.say("The API answered after all.");
    }
}
