package dev.switchboard.itests;

import static dev.switchboard.itests.Scenario.row;
import static dev.switchboard.itests.ScenarioSteps.died;
import static dev.switchboard.itests.ScenarioSteps.failed;
import static dev.switchboard.itests.ScenarioSteps.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The part of the table that is about what goes wrong: at the agent's provider, and with its process. */
final class ScenariosOfFailures {
    private static final String FAILS = "EXECUTION_FAILED ERROR";
    /** Of what a process said on its standard error, as much is told; more than that is in nobody's interest. */
    private static final int STDERR_LIMIT = 4 << 10;

    private ScenariosOfFailures() {}

    static List<Scenario> rows() {
        List<Scenario> rows = new ArrayList<>();
        for (String status : List.of("400", "401", "403", "404", "429", "500", "529", "network", "no-auth")) {
            rows.add(row(10, "API error " + status, "[[api-error status=" + status + " text=\"That went wrong.\"]]")
                    .shows("init text success! " + FAILS)
                    .then(failed("That went wrong.")));
        }
        rows.addAll(ofTheProvider());
        rows.addAll(ofTheProcess());
        return rows;
    }

    private static List<Scenario> ofTheProvider() {
        return List.of(
                row(10, "retries, then an API error", "[[api-error status=500 retries=3]]")
                        .shows("init api_retry api_retry api_retry text success! " + FAILS),
                row(10, "overloaded", "[[overloaded]]").shows("init api_retry api_retry text success! " + FAILS),
                row(10, "overloaded, another model answers", "[[overloaded]]")
                        .options("{'fallback_model':'claude-test-0'}")
                        .shows("init api_retry api_retry model_fallback text success IDLE")
                        .then(says("Answered by")),
                row(10, "a usage limit is near", "[[rate-limit]]").shows("init text rate_limit_event success IDLE"),
                row(10, "a usage limit is reached", "[[rate-limit rejected]]")
                        .limited()
                        .shows("init rate_limit_event text success! " + FAILS)
                        .then((play, none) -> assertLimited(play)),
                row(10, "an answer is refused", "[[refusal]]")
                        .shows("init text informational user_text text success IDLE"),
                row(11, "a limit of turns", "[[max-turns 2]]").shows("init text error_max_turns! " + FAILS),
                row(11, "a limit of turns by option", "[[tools 3]]")
                        .options("{'max_turns':2}")
                        .shows("init text tool_use tool_result text tool_use tool_result error_max_turns! " + FAILS),
                row(11, "a budget", "[[max-budget 0.5]]").shows("init text error_max_budget_usd! " + FAILS),
                row(11, "a budget by option", "[[tools 3]]")
                        .options("{'max_budget_usd':0.0005}")
                        .shows("init text tool_use tool_result? text* tool_use* error_max_budget_usd! " + FAILS),
                row(16, "silence in a text, which begins anew", "[[stall for=300s scale=1000]]")
                        .shows("init text success IDLE")
                        .then(says("This text was begun twice.")),
                row(16, "an API that does not answer for long", "[[no-headers every=361s retries=2 scale=1000]]")
                        .shows("init api_retry api_retry text success IDLE"),
                row(16, "stays when it is over", "[[stay for=10m scale=1]]").shows("init text? success IDLE"));
    }

    private static List<Scenario> ofTheProcess() {
        return List.of(
                row(14, "dies in the middle of a line", "[[crash mid-line code=3]]")
                        .shows("init " + FAILS)
                        .then(died(3, "")),
                row(14, "is killed", "[[crash signal=KILL]]")
                        .shows("init " + FAILS)
                        .then(died(137, "")),
                row(14, "crashes", "[[crash signal=ABRT]]")
                        .shows("init " + FAILS)
                        .then(died(134, "")),
                row(14, "ends well without a result", "[[exit code=0 stderr=gone]]")
                        .shows("init " + FAILS)
                        .then(died(0, "gone")),
                row(14, "says nothing but on its standard error", "[[exit first code=1 stderr=\"cannot start\"]]")
                        .first()
                        .shows(FAILS)
                        .then(died(1, "cannot start")),
                row(14, "ends right behind many lines", "[[flood lines=500 bytes=500]] [[exit code=0]]")
                        .shows("init text+ " + FAILS)
                        .then((play, none) -> assertEquals(500, texts(play))),
                row(14, "floods its standard error", "[[stderr text=\"much too much\" lines=100000]] [[exit code=2]]")
                        .shows("init text? " + FAILS)
                        .then((play, none) -> assertBoundedTail(play)),
                row(
                                14,
                                "floods its standard error and is done",
                                "[[stderr text=\"much too much\" lines=100000]] [[say]]")
                        .shows("init text success IDLE"),
                row(14, "writes lines that are no JSON", "[[non-json text=\"[log] {\" lines=100]] [[say]]")
                        .shows("init text success IDLE"),
                row(14, "writes a line of 5 MB", "[[huge bytes=5m]]")
                        .shows("init text success IDLE")
                        .then((play, none) -> assertTrue(play.texts().length() > 5_000_000)),
                row(14, "writes a line of the future", "[[unknown-line type=from_the_future]]")
                        .shows("init from_the_future text? success IDLE"),
                row(14, "a hook reports first", "[[hook]]")
                        .shows("hook_started hook_response init text? success IDLE"));
    }

    private static long texts(ScenarioPlay play) {
        return play.frames().stream().map(Scenario::word).filter("text"::equals).count();
    }

    private static void assertLimited(ScenarioPlay play) throws Exception {
        JsonNode end = play.frame("ERROR").get("data");
        Instant until = Instant.parse(end.get("limited_until").asText());
        assertTrue(Duration.between(Instant.now(), until).abs().toHours() <= 1, end::toString);
        assertTrue(end.at("/error_details/message").asText().contains("limit"), end::toString);
    }

    private static void assertBoundedTail(ScenarioPlay play) {
        String tail =
                play.frame("EXECUTION_FAILED").at("/data/details/stderr_tail").asText();
        assertTrue(tail.length() > 100 && tail.length() <= STDERR_LIMIT, () -> tail.length() + " characters");
        assertTrue(tail.strip().endsWith("much too much"), () -> tail.substring(tail.length() - 100));
    }
}
