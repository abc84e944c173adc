package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonNumber;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Agent;
import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.Turn;
import dev.switchboard.mock.turn.TurnFailed;

/**
 * The API has too much to do, or the user has had enough: {@code [[overloaded retries=2 every=0ms]]} goes on with the model of
 * {@code --fallback-model}, or fails without one; {@code [[rate-limit]]} warns that a limit is near, {@code [[rate-limit rejected]]}
 * says that it is reached.
 */
final class CapacityScenario implements Scenario {

    private static final JsonNumber OVERLOADED = new JsonNumber("529");
    private static final long RESET_SECONDS = 3_600;

    @Override
    public void play(Turn turn, Directive directive) {
        if (directive.name().equals("overloaded")) {
            directive.allow("retries", "every");
            overloaded(turn, directive);
        } else if (directive.says("rejected")) {
            directive.allow();
            reject(turn);
        } else {
            directive.allow();
            turn.say("I answered, but the limit is near.");
            turn.agent().output().line(event(turn.agent(), "allowed_warning", resetsAt()));
        }
    }

    private static void overloaded(Turn turn, Directive directive) {
        long every = directive.millis("every", "0ms");
        for (long attempt = 1; attempt <= directive.number("retries", 2, 0, 10); attempt++) {
            ApiErrorScenario.retry(turn, attempt, every, OVERLOADED, "overloaded");
            turn.pause(every);
        }
        Agent agent = turn.agent();
        String fallback = agent.options().fallbackModel();
        if (fallback == null) {
            throw ApiErrorScenario.failure(turn, "529", OVERLOADED, ApiErrorScenario.message("529"));
        }
        String original = agent.model();
        agent.fallBackTo(fallback);
        agent.output()
                .line(agent.identified(JsonObject.of("type", "system")
                        .put("subtype", "model_fallback")
                        .put("trigger", "overloaded")
                        .put("original_model", original)
                        .put("fallback_model", agent.model())
                        .put("content", "Switched to " + agent.model() + ": " + original + " is overloaded")));
        turn.say("Answered by " + agent.model() + ".");
    }

    private static void reject(Turn turn) {
        Agent agent = turn.agent();
        long resetsAt = resetsAt();
        agent.output().line(event(agent, "rejected", resetsAt));
        String text = "You've hit your 5-hour limit · resets " + clock(resetsAt) + " (UTC)";
        JsonObject extra =
                JsonObject.of("api_error_status", new JsonNumber("429")).put("api_error_type", "rate_limit_error");
        if (agent.version().isCurrent()) {
            extra.put("api_error", "usage_limit_reached");
        }
        JsonObject shown = extra.copy();
        if (agent.version().isCurrent()) {
            shown.put("api_error_params", JsonObject.of("rate_limit_info", info("rejected", resetsAt)));
        }
        agent.output().line(ApiErrorScenario.synthetic(turn, text, "rate_limit", shown));
        throw new TurnFailed(Outcome.apiError(text, extra));
    }

    private static long resetsAt() {
        return System.currentTimeMillis() / 1_000 + RESET_SECONDS;
    }

    private static JsonObject info(String status, long resetsAt) {
        return JsonObject.of("status", status)
                .put("resetsAt", resetsAt)
                .put("rateLimitType", "five_hour")
                .put("isUsingOverage", false);
    }

    private static JsonObject event(Agent agent, String status, long resetsAt) {
        JsonObject window = JsonObject.of("utilization", new JsonNumber("0.91"))
                .put("resetsAt", resetsAt)
                .put("surpassedThreshold", new JsonNumber("0.9"));
        JsonObject info = info(status, resetsAt)
                .put("utilization", new JsonNumber("0.91"))
                .put("surpassedThreshold", new JsonNumber("0.9"))
                .put("unifiedWindows", JsonObject.of("five_hour", window));
        return agent.identified(JsonObject.of("type", "rate_limit_event").put("rate_limit_info", info));
    }

    /** The time of day in the twelve-hour form, for example {@code 1:29pm}. */
    private static String clock(long epochSeconds) {
        long minutes = epochSeconds / 60 % (24 * 60);
        long hour = minutes / 60 % 12 == 0 ? 12 : minutes / 60 % 12;
        String minute = Long.toString(100 + minutes % 60).substring(1);
        return hour + ":" + minute + (minutes < 12 * 60 ? "am" : "pm");
    }
}
