package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;

/**
 * How a turn ended.
 *
 * @param error          the verdict; the subtype is not, an API error is a {@code success} too
 * @param terminalReason why it ended
 * @param stopReason     of the last model message, or null
 * @param text           the answer or the error text; null for the subtypes that carry {@code errors} instead
 * @param errors         null for the subtype {@code success}
 * @param extra          further fields of the result line
 */
public record Outcome(
        String subtype,
        boolean error,
        String terminalReason,
        String stopReason,
        String text,
        List<String> errors,
        JsonObject extra) {

    public static Outcome success(String text) {
        return new Outcome(
                "success", false, "completed", "end_turn", text, null, JsonObject.of("api_error_status", null));
    }

    /** What every failure of the API looks like. */
    public static Outcome apiError(String text, JsonObject extra) {
        return new Outcome("success", true, "api_error", "stop_sequence", text, null, extra);
    }

    public static Outcome maxTurns(int limit) {
        return new Outcome(
                "error_max_turns",
                true,
                "max_turns",
                "tool_use",
                null,
                List.of("Reached maximum number of turns (" + limit + ")"),
                new JsonObject());
    }

    public static Outcome maxBudget(String limit) {
        return new Outcome(
                "error_max_budget_usd",
                true,
                "budget_exhausted",
                "tool_use",
                null,
                List.of("Reached maximum budget ($" + limit + ")"),
                new JsonObject());
    }

    /** @param inTool whether a tool was running or waiting for permission, rather than text being streamed */
    public static Outcome aborted(boolean inTool) {
        String stopReason = inTool ? "tool_use" : null;
        return new Outcome(
                "error_during_execution",
                true,
                inTool ? "aborted_tools" : "aborted_streaming",
                stopReason,
                null,
                List.of("[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=" + stopReason),
                new JsonObject());
    }

    /** What the output format {@code text} prints. */
    String plainText() {
        if (text != null) {
            return text + "\n";
        }
        return switch (subtype) {
            case "error_max_turns" ->
                errors.get(0).replace("Reached maximum number of turns", "Error: Reached max turns");
            case "error_max_budget_usd" ->
                errors.get(0).replace("Reached maximum budget", "Error: Exceeded USD budget");
            default -> "Execution error";
        };
    }
}
