package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonNumber;
import dev.switchboard.mock.json.JsonObject;
import java.util.List;

/** The line that ends a turn. In the current release {@code type} stands somewhere in the middle of it. */
final class ResultLine {

    private static final int INPUT_TOKENS = 10;
    private static final int OUTPUT_TOKENS = 20;
    /** Cost of one model call in units of 0.00001 dollars. */
    private static final long CALL_COST = 44;

    /**
     * The figures of a turn.
     *
     * @param totalModelCalls of the whole conversation, for what is cumulative
     */
    record Figures(int modelCalls, long totalModelCalls, int numTurns, long durationMillis, int resultIndex) {}

    private ResultLine() {}

    static JsonObject of(Agent agent, Outcome outcome, Figures figures, List<JsonObject> denials) {
        JsonObject head = JsonObject.of("duration_api_ms", figures.durationMillis())
                .put("stop_reason", outcome.stopReason())
                .put("session_id", agent.session().id())
                .put("total_cost_usd", cost(figures.totalModelCalls()))
                .put("usage", usage(agent, figures.modelCalls()))
                .put("modelUsage", modelUsage(agent, figures.totalModelCalls()))
                .put("permission_denials", denials)
                .putIfPresent("terminal_reason", terminalReason(agent, outcome))
                .put("fast_mode_state", "off");
        JsonObject verdict = JsonObject.of("is_error", outcome.error())
                .put("num_turns", figures.numTurns())
                .put("subtype", outcome.subtype())
                .putIfPresent("errors", outcome.errors())
                .putAll(outcome.extra())
                .putIfPresent("result", outcome.text());
        JsonObject tail = JsonObject.of("duration_ms", figures.durationMillis())
                .put("uuid", agent.session().ids().uuid());
        if (!outcome.error() && outcome.terminalReason() != null) {
            verdict.putAll(times(agent, figures.durationMillis()));
        }
        if (!agent.version().isCurrent()) {
            return JsonObject.of("type", "result").putAll(verdict).putAll(head).putAll(tail);
        }
        JsonObject line = head.put("fast_mode_disabled_reason", "sdk_opt_in_required")
                .put("subagent_stats", subagentStats())
                .put("safety_stops", 0)
                .putAll(verdict);
        return line.put("type", "result")
                .putAll(tail)
                .put("queued_turn_count", 0)
                .put("result_index", figures.resultIndex())
                .put("model_usage_since_last_result", modelUsage(agent, figures.modelCalls()))
                .put("mock_note", "a field that no reader knows: every release brings some");
    }

    /** The result of a process that was asked to resume what does not exist; no other line precedes it. */
    static JsonObject unknownSession(Agent agent, String requestedId, String uuid) {
        String text = "No conversation found with session ID: " + requestedId;
        JsonObject line = JsonObject.of("type", "result")
                .put("subtype", "error_during_execution")
                .put("duration_ms", 0)
                .put("duration_api_ms", 0)
                .put("is_error", true)
                .put("num_turns", 0)
                .put("stop_reason", null)
                .put("session_id", requestedId)
                .put("total_cost_usd", 0)
                .put("usage", usage(agent, 0))
                .put("modelUsage", new JsonObject())
                .put("permission_denials", List.of())
                .put("uuid", uuid)
                .put("errors", List.of(text));
        return agent.version().isCurrent() ? line.put("result_index", 0) : line;
    }

    private static JsonObject times(Agent agent, long millis) {
        JsonObject times =
                JsonObject.of("ttft_ms", millis).put("ttft_stream_ms", millis).put("time_to_request_ms", millis);
        return agent.version().isCurrent() ? times.put("first_content_frame_ms", millis) : times;
    }

    private static String terminalReason(Agent agent, Outcome outcome) {
        boolean hidden = !agent.version().isCurrent() && "api_error".equals(outcome.terminalReason());
        return hidden ? "completed" : outcome.terminalReason();
    }

    static JsonNumber cost(long modelCalls) {
        String digits =
                Long.toString(100_000 + modelCalls * CALL_COST % 100_000).substring(1);
        long whole = modelCalls * CALL_COST / 100_000;
        return new JsonNumber(modelCalls == 0 ? "0" : whole + "." + digits);
    }

    static double dollars(long modelCalls) {
        return modelCalls * CALL_COST / 100_000.0;
    }

    private static JsonObject usage(Agent agent, int modelCalls) {
        JsonObject cached = JsonObject.of("ephemeral_1h_input_tokens", 0).put("ephemeral_5m_input_tokens", 0);
        JsonObject usage = JsonObject.of("input_tokens", INPUT_TOKENS * modelCalls)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", OUTPUT_TOKENS * modelCalls)
                .put("server_tool_use", JsonObject.of("web_search_requests", 0).put("web_fetch_requests", 0))
                .put("service_tier", "standard")
                .put("cache_creation", cached)
                .put("inference_geo", "")
                .put("iterations", List.of())
                .put("speed", "standard");
        return agent.version().isCurrent()
                ? usage.put("output_tokens_details", JsonObject.of("thinking_tokens", 0))
                        .put("fallback_credit", null)
                : usage;
    }

    private static JsonObject modelUsage(Agent agent, long modelCalls) {
        if (modelCalls == 0) {
            return new JsonObject();
        }
        JsonObject usage = JsonObject.of("inputTokens", INPUT_TOKENS * modelCalls)
                .put("outputTokens", OUTPUT_TOKENS * modelCalls)
                .put("cacheReadInputTokens", 0)
                .put("cacheCreationInputTokens", 0)
                .put("webSearchRequests", 0)
                .put("costUSD", cost(modelCalls))
                .put("contextWindow", 1_000_000)
                .put("maxOutputTokens", 128_000);
        if (agent.version().isCurrent()) {
            usage.put("thinkingTokens", 0)
                    .put("cacheCreationEphemeral5mInputTokens", 0)
                    .put("cacheCreationEphemeral1hInputTokens", 0)
                    .put("canonicalModel", agent.model())
                    .put("provider", "firstParty")
                    .put("costBasis", "list");
        }
        return JsonObject.of(agent.model(), usage);
    }

    private static JsonObject subagentStats() {
        return JsonObject.of("spawned", 0)
                .put(
                        "requested",
                        JsonObject.of("background", 0).put("foreground", 0).put("unset", 0))
                .put("started_in_background", 0)
                .put("max_depth", 0)
                .put("spawned_by_subagents", 0)
                .put("completed", 0)
                .put("failed", 0)
                .put("killed", JsonObject.of("parent", 0).put("user", 0).put("system", 0))
                .put(
                        "refused",
                        JsonObject.of("depth_limit", 0)
                                .put("concurrency_limit", 0)
                                .put("budget", 0))
                .put("by_type", new JsonObject());
    }
}
