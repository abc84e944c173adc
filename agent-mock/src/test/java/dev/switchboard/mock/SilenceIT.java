package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("D5 Long waits, with a clock that runs faster")
class SilenceIT extends MockTestBase {

    @Test
    void aStalledTextBeginsAnew() {
        long start = System.nanoTime();
        MockProcess process = runPrompt("[[stall for=300s scale=1000]]", "--include-partial-messages");
        JsonObject result = process.awaitResult();
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(300));
        assertEquals("This text was begun twice.", result.string("result"));
        List<JsonObject> starts = process.seen().stream()
                .filter(line -> line.toString().contains("\"message_start\""))
                .toList();
        assertEquals(2, starts.size());
        assertNotEquals(starts.get(0).string("api_message_id"), starts.get(1).string("api_message_id"));
        assertEquals(1, process.kinds().stream().filter("assistant"::equals).count());
        assertEquals(0, process.exitCode());
    }

    @Test
    void aStalledTextCanBeInterrupted() {
        MockProcess process = stream("--include-partial-messages");
        process.say("[[stall]]");
        process.await(line -> line.toString().contains("will not be"), "the beginning");
        process.control("i", "interrupt");
        assertEquals("This text will not be", text(process.await("assistant")));
        assertEquals("aborted_streaming", process.awaitResult().string("terminal_reason"));
    }

    @Test
    void anApiThatDoesNotAnswerIsTriedAgain() {
        environment.put("SWITCHBOARD_MOCK_SCALE", "10000");
        MockProcess process = runPrompt("[[no-headers retries=2]]");
        JsonObject result = process.awaitResult();
        assertEquals(
                List.of("system/init", "system/api_retry", "system/api_retry", "assistant", "result/success"),
                process.kinds());
        assertFalse(result.isTrue("is_error"));
        MockProcess given = runPrompt("[[no-headers retries=10]]");
        JsonObject failed = given.awaitResult();
        assertTrue(failed.isTrue("is_error"));
        assertEquals(
                10, given.kinds().stream().filter("system/api_retry"::equals).count());
        assertEquals(1, given.exitCode());
    }

    @ParameterizedTest
    @CsvSource({"false,TERM,143", "true,TERM,143", "true,INT,0"})
    void itStaysWhenAllIsOver(boolean oneShot, String signal, int code) {
        MockProcess process = oneShot ? runPrompt("[[stay]]") : stream();
        if (!oneShot) {
            process.say("[[stay]]");
            process.closeStdin();
        }
        assertFalse(process.awaitResult().isTrue("is_error"));
        assertTrue(process.isAlive());
        process.signal(signal);
        assertEquals(List.of(), process.rest());
        assertEquals(code, process.exitCode());
    }

    @Test
    void itLeavesWhenTheTimeIsOver() {
        long start = System.nanoTime();
        MockProcess process = runPrompt("[[stay for=600s scale=2000]] [[api-error]]");
        process.awaitResult();
        assertEquals(1, process.exitCode());
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(300));
    }
}
