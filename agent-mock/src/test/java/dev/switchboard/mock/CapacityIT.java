package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 Limits of the API and of the user: overload, usage limit, network, budget, the form of the answer")
class CapacityIT extends MockTestBase {

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    void theFallbackModelAnswersForOneTurn(String version) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        MockProcess process = stream("--fallback-model", "sonnet,haiku");
        process.say("[[overloaded]]");
        JsonObject result = process.awaitResult();
        assertEquals(
                List.of(
                        "system/init",
                        "system/api_retry",
                        "system/api_retry",
                        "system/model_fallback",
                        "assistant",
                        "result/success"),
                process.kinds());
        JsonObject fallback = process.seen().get(3);
        assertEquals(process.seen().get(0).string("model"), fallback.string("original_model"));
        assertEquals("claude-sonnet-5-5", fallback.string("fallback_model"));
        assertEquals(
                "claude-sonnet-5-5", process.seen().get(4).object("message").string("model"));
        assertEquals(
                "[claude-sonnet-5-5]",
                result.object("modelUsage").members().keySet().toString());
        assertFalse(result.isTrue("is_error"));
        process.say("hello");
        assertEquals(
                fallback.string("original_model"), process.await("system/init").string("model"));
        MockProcess without = runPrompt("[[overloaded retries=1]]");
        assertEquals("529", without.awaitResult().get("api_error_status").toString());
        assertEquals(1, without.exitCode());
    }

    @Test
    void theLimitIsNearOrReached() {
        MockProcess near = runPrompt("[[rate-limit]]");
        near.rest();
        assertEquals(List.of("system/init", "assistant", "rate_limit_event", "result/success"), near.kinds());
        JsonObject info = near.seen().get(2).object("rate_limit_info");
        assertEquals("allowed_warning", info.string("status"));
        assertEquals(0, near.exitCode());
        MockProcess reached = runPrompt("[[rate-limit rejected]]");
        reached.rest();
        assertEquals(List.of("system/init", "rate_limit_event", "assistant", "result/success"), reached.kinds());
        JsonObject result = reached.seen().get(3);
        assertEquals("usage_limit_reached", result.string("api_error"));
        assertTrue(result.string("result").matches("You've hit your 5-hour limit · resets \\d+:\\d\\d[ap]m \\(UTC\\)"));
        assertEquals(text(reached.seen().get(2)), result.string("result"));
        assertEquals(1, reached.exitCode());
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        MockProcess older = runPrompt("[[rate-limit rejected]]");
        assertEquals("completed", older.awaitResult().string("terminal_reason"));
    }

    @Test
    void aBrokenConnectionHasNoStatus() {
        environment.put("CLAUDE_CODE_MAX_RETRIES", "1");
        MockProcess process = runPrompt("[[api-error status=network retries=1]]");
        JsonObject retry = process.await("system/api_retry");
        assertNull(retry.get("error_status"));
        assertEquals("1", retry.get("max_retries").toString());
        JsonObject result = process.awaitResult();
        assertNull(result.get("api_error_status"));
        assertEquals("connection_failed", result.string("api_error"));
        assertEquals(1, process.exitCode());
    }

    @Test
    void theBudgetEndsATurnThatUsesTools() {
        MockProcess process = runPrompt("[[tools 5]]", "--max-budget-usd", "0.001");
        JsonObject result = process.awaitResult();
        assertEquals("error_max_budget_usd", result.string("subtype"));
        assertEquals(List.of("Reached maximum budget ($0.001)"), result.list("errors"));
        assertEquals("3", result.get("num_turns").toString());
        assertEquals(2, process.kinds().stream().filter("user"::equals).count());
        assertEquals(1, process.exitCode());
        assertEquals(
                "success",
                runPrompt("[[tools 5]]", "--max-budget-usd", "1").awaitResult().string("subtype"));
    }

    @Test
    void structuredOutputIsInTheResult() {
        MockProcess process = runPrompt("[[structured output={\"name\":\"Bob\"}]]", "--json-schema", "{}");
        process.rest();
        assertEquals(List.of("system/init", "assistant", "user", "result/success"), process.kinds());
        JsonObject result = process.seen().get(3);
        assertEquals("{\"name\":\"Bob\"}", result.object("structured_output").toString());
        assertEquals("{\"name\":\"Bob\"}", result.string("result"));
        assertEquals(0, process.exitCode());
        JsonObject refusing = runPrompt("[[say]]", "--json-schema", "{}").awaitResult();
        assertEquals("success", refusing.string("subtype"));
        assertFalse(refusing.has("structured_output"));
        MockProcess unasked = runPrompt("[[structured]]");
        assertTrue(block(unasked.await("user")).isTrue("is_error"));
        assertFalse(unasked.awaitResult().has("structured_output"));
    }
}
