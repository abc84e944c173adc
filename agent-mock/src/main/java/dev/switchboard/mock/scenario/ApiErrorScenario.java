package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonNumber;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Timestamps;
import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.Turn;
import dev.switchboard.mock.turn.TurnFailed;
import java.util.List;

/**
 * {@code [[api-error status=529 retries=2 every=500ms text="..."]]}: the API refuses, after so many retries that are announced.
 * {@code status=network} is a broken connection, {@code status=no-auth} a missing key.
 */
final class ApiErrorScenario implements Scenario {

    static final int ANNOUNCED_RETRIES = 10;

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("status", "retries", "every", "text");
        String status = directive.text("status", "500");
        boolean numeric = !status.equals("network") && !status.equals("no-auth");
        JsonNumber code = numeric ? new JsonNumber(Long.toString(directive.number("status", 500, 400, 599))) : null;
        long every = directive.millis("every", "0ms");
        for (long attempt = 1; attempt <= directive.number("retries", 0, 0, ANNOUNCED_RETRIES); attempt++) {
            retry(turn, attempt, every, code, code == null ? "unknown" : errorCode(status));
            turn.pause(every);
        }
        throw failure(turn, status, code, directive.text("text", message(status)));
    }

    /** Announces that the API is tried again. @param code what it said, or null if it said nothing */
    static void retry(Turn turn, long attempt, long delayMillis, JsonNumber code, String error) {
        String most = System.getenv("CLAUDE_CODE_MAX_RETRIES");
        boolean limited = most != null && most.matches("\\d{1,6}");
        turn.agent()
                .output()
                .line(turn.agent()
                        .identified(JsonObject.of("type", "system")
                                .put("subtype", "api_retry")
                                .put("attempt", attempt)
                                .put("max_retries", limited ? Long.parseLong(most) : ANNOUNCED_RETRIES)
                                .put("retry_delay_ms", new JsonNumber(delayMillis + ".25"))
                                .put("error_status", code)
                                .put("error", error)));
    }

    /** Writes the line that shows the error as an answer. @return the end of the turn */
    static TurnFailed failure(Turn turn, String status, JsonNumber code, String text) {
        JsonObject extra = JsonObject.of("api_error_status", code).putIfPresent("api_error_type", apiType(status));
        if (status.equals("network") && turn.agent().version().isCurrent()) {
            extra.put("api_error", "connection_failed");
        }
        turn.agent().output().line(synthetic(turn, text, errorCode(status), extra));
        return new TurnFailed(Outcome.apiError(text, extra));
    }

    /** An assistant line that no model wrote. @param error the code of what went wrong */
    static JsonObject synthetic(Turn turn, String text, String error, JsonObject extra) {
        JsonObject message = JsonObject.of("id", turn.session().ids().uuid())
                .put("container", null)
                .put("model", "<synthetic>")
                .put("role", "assistant")
                .put("stop_reason", "stop_sequence")
                .put("stop_sequence", "")
                .put("type", "message")
                .put("usage", JsonObject.of("input_tokens", 0).put("output_tokens", 0))
                .put("content", List.of(JsonObject.of("type", "text").put("text", text)))
                .put("context_management", null);
        JsonObject line =
                JsonObject.of("type", "assistant").put("message", message).put("parent_tool_use_id", null);
        turn.agent().identified(line);
        if (turn.agent().version().isCurrent()) {
            line.put("timestamp", Timestamps.now());
        }
        return line.put("error", error).put("is_api_error_message", true).putAll(extra);
    }

    static String message(String status) {
        return switch (status) {
            case "no-auth" -> "Not logged in · Please run /login";
            case "network" -> "API Error: Connection refused";
            case "529" -> "API Error: Repeated 529 Overloaded errors. Try again in a moment.";
            default -> "API Error: " + status + " from the mock";
        };
    }

    private static String errorCode(String status) {
        return switch (status) {
            case "401", "403", "no-auth" -> "authentication_failed";
            case "404" -> "model_not_found";
            case "429" -> "rate_limit";
            case "529" -> "overloaded";
            case "400" -> "invalid_request";
            default -> "server_error";
        };
    }

    private static String apiType(String status) {
        return switch (status) {
            case "network", "no-auth" -> null;
            case "400" -> "invalid_request_error";
            case "401" -> "authentication_error";
            case "403" -> "permission_error";
            case "404" -> "not_found_error";
            case "429" -> "rate_limit_error";
            case "529" -> "overloaded_error";
            default -> "api_error";
        };
    }
}
