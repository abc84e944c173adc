package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("D5 The stdin protocol: a long-lived process with messages and control requests")
class StreamProtocolIT extends MockTestBase {

    private static final String FIRST = "7d4f4d84-5f3b-4a5e-9d7c-0f7b5d0a0001";
    private static final String SECOND = "7d4f4d84-5f3b-4a5e-9d7c-0f7b5d0a0002";

    @Test
    void saysNothingBeforeTheFirstMessageAndLeavesAtTheEndOfInput() {
        MockProcess process = stream("ignored prompt in argv");
        process.closeStdin();
        assertEquals(List.of(), process.rest());
        assertEquals(0, process.exitCode());
        assertEquals("", process.stderr());
    }

    @Test
    void initializeIsAnsweredBeforeAnyMessageAndMoreThanOnce() {
        MockProcess process = stream("--permission-mode", "plan");
        for (String id : List.of("init-1", "init-2")) {
            process.control(id, "initialize");
            JsonObject response = process.next().object("response");
            assertEquals(id, response.string("request_id"));
            assertEquals("plan", response.object("response").string("current_permission_mode"));
            assertEquals("2.1.330", response.object("response").string("claude_code_version"));
        }
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void initComesBeforeEveryTurn() {
        MockProcess process = stream();
        process.say("one");
        JsonObject first = process.awaitResult();
        process.say("two");
        JsonObject second = process.awaitResult();
        process.closeStdin();
        assertNull(process.next());
        assertEquals(
                List.of("system/init", "assistant", "result/success", "system/init", "assistant", "result/success"),
                process.kinds());
        assertEquals("0", first.get("result_index").toString());
        assertEquals("1", second.get("result_index").toString());
        assertEquals("0.00088", second.get("total_cost_usd").toString());
        assertEquals("10", second.object("usage").get("input_tokens").toString());
        assertTrue(second.string("result").contains("Before that you said: one"), second.string("result"));
    }

    @Test
    void stateEventsAndLifecycleFrameTheTurn() {
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        MockProcess process = stream();
        process.say(FIRST, "hello");
        process.await(line -> "idle".equals(line.string("state")), "idle");
        process.closeStdin();
        assertNull(process.next());
        List<String> states = process.seen().stream()
                .map(line -> line.has("state") ? line.string("state") : FieldList.kind(line))
                .toList();
        assertEquals(
                List.of(
                        "running",
                        "queued",
                        "started",
                        "system/init",
                        "assistant",
                        "result/success",
                        "completed",
                        "idle"),
                states);
        assertEquals(FIRST, process.seen().get(5).string("user_message_uuid"));
    }

    @Test
    void theOlderReleaseHasNoLifecycleAndOrdersKeysOtherwise() {
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        MockProcess process = stream();
        process.say(FIRST, "hello");
        JsonObject result = process.awaitResult();
        assertEquals("type", result.members().keySet().iterator().next());
        assertFalse(result.has("result_index"));
        process.control("i", "interrupt");
        assertFalse(process.next().object("response").has("response"));
        process.closeStdin();
        assertEquals(
                List.of("system/init", "assistant", "result/success", "control_response/success"), process.kinds());
    }

    @Test
    void messagesThatWaitBecomeOneTurn() {
        MockProcess process = stream();
        process.say("[[slow lines=3 every=300ms]]");
        process.await("assistant");
        process.say(FIRST, "two");
        process.say(SECOND, "three");
        process.awaitResult();
        JsonObject second = process.awaitResult();
        assertTrue(second.string("result").startsWith("You said: two\nthree\n"), second.string("result"));
        process.closeStdin();
        process.rest();
        assertEquals(
                2, process.kinds().stream().filter("result/success"::equals).count());
        assertEquals(List.of("queued", "queued", "started", "started", "completed", "completed"), states(process));
    }

    @Test
    void aMessageDuringAToolGoesIntoTheRunningTurn() {
        MockProcess process = stream();
        process.say("[[tools 2 every=300ms]]");
        process.await("user");
        process.say(FIRST, "steer");
        process.awaitResult();
        process.closeStdin();
        process.rest();
        assertEquals(
                1, process.kinds().stream().filter("result/success"::equals).count());
        assertEquals(List.of("queued", "started", "completed"), states(process));
    }

    private static List<String> states(MockProcess process) {
        return process.seen().stream()
                .filter(line -> "command_lifecycle".equals(line.string("type")))
                .map(line -> line.string("state"))
                .toList();
    }

    @Test
    void anIdThatWasSeenIsNotAnsweredAgain() {
        MockProcess process = stream("--replay-user-messages");
        process.say(FIRST, "hello");
        process.await(line -> "completed".equals(line.string("state")), "the end of the message");
        process.say(FIRST, "hello");
        JsonObject replayed = process.await("user");
        assertTrue(replayed.isTrue("isReplay"));
        process.closeStdin();
        assertEquals(List.of(), process.rest());
        assertEquals(
                List.of(
                        "command_lifecycle",
                        "command_lifecycle",
                        "system/init",
                        "user",
                        "assistant",
                        "result/success",
                        "command_lifecycle",
                        "user"),
                process.kinds());
        assertEquals(0, process.exitCode());
    }

    @Test
    void modelAndModeCanBeChanged() {
        MockProcess process = stream();
        process.control("m", JsonObject.of("subtype", "set_model").put("model", "sonnet"));
        assertEquals(
                "claude-sonnet-5-5",
                process.next().object("response").object("response").string("model"));
        process.control("p", JsonObject.of("subtype", "set_permission_mode").put("mode", "acceptEdits"));
        assertEquals(
                "acceptEdits",
                process.next().object("response").object("response").string("mode"));
        assertEquals("acceptEdits", process.next().string("permissionMode"));
        process.control("b", JsonObject.of("subtype", "set_permission_mode").put("mode", "bypassPermissions"));
        assertEquals("bypass_not_launched", process.next().object("response").string("error_code"));
        process.control("n", JsonObject.of("subtype", "set_permission_mode").put("mode", "nonsense"));
        assertEquals("invalid_mode", process.next().object("response").string("error_code"));
        process.say("hi");
        JsonObject init = process.await("system/init");
        assertEquals("claude-sonnet-5-5", init.string("model"));
        assertEquals("acceptEdits", init.string("permissionMode"));
        process.awaitResult();
        process.control("m2", JsonObject.of("subtype", "set_model").put("model", "default"));
        assertTrue(process.next().isTrue("isReplay"));
        assertEquals("control_response/success", FieldList.kind(process.next()));
    }

    @Test
    void unknownControlRequestsAndLinesAreSurvived() {
        MockProcess process = stream();
        process.control("req-13", "frobnicate");
        JsonObject response = process.next().object("response");
        assertEquals("Unsupported control request subtype: frobnicate", response.string("error"));
        assertEquals("unsupported_request", response.string("error_code"));
        process.send("\n\r\n{\"type\":\"from_the_future\"}\r\n{\"no\":\"type\"}\n");
        process.send(MockProcess.user("CRLF") + "\r\n");
        assertTrue(process.awaitResult().string("result").startsWith("You said: CRLF"));
        process.send(MockProcess.user("no line end").toString());
        process.closeStdin();
        assertTrue(process.awaitResult().string("result").startsWith("You said: no line end"));
        assertEquals(0, process.exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"type\":\"user\"|Error parsing streaming input line (type=user, 14 chars): SyntaxError",
                "not json at all!|Error parsing streaming input line (type=unknown, 16 chars): SyntaxError",
                "{} {}|Error parsing streaming input line (type=unknown, 5 chars): SyntaxError",
                "[1,2]|Error parsing streaming input line",
                "{|Error parsing streaming input line",
                "{\"type\":\"user\",\"message\":{\"role\":\"assistant\",\"content\":\"x\"}}|Expected message role 'user', got 'assistant'",
            })
    void aLineThatIsNoMessageIsTheEnd(String line, String error) {
        MockProcess process = stream();
        process.say("hello");
        process.awaitResult();
        process.send(line + "\n");
        assertEquals(1, process.exitCode());
        assertTrue(process.stderr().contains(error), process.stderr());
        assertEquals(List.of(), process.rest());
    }

    @Test
    void theOlderReleaseRepeatsTheMalformedLine() {
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        MockProcess process = stream();
        process.send("my secret\n");
        assertEquals(1, process.exitCode());
        assertTrue(process.stderr().contains("my secret"), process.stderr());
    }

    @Test
    void messagesOfTwelveMegabytesArrive() {
        MockProcess process = stream();
        String big = "[[echo digest]]" + "abcdefghij€".repeat(1_000_000);
        process.say(big);
        String report = process.awaitResult().string("result");
        assertTrue(report.contains("\"bytes\":13000015"), report);
        process.say("[[echo]]" + "z".repeat(9_000_000));
        assertEquals(9_000_010, process.awaitResult().string("result").length());
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void contentMayBeBlocks() {
        MockProcess process = stream();
        JsonObject image = JsonObject.of("type", "image")
                .put("source", JsonObject.of("type", "base64").put("data", "AAAA"));
        List<JsonObject> blocks = List.of(
                JsonObject.of("type", "text").put("text", "[[echo]]"),
                image,
                JsonObject.of("type", "text").put("text", "two"));
        process.send(JsonObject.of("type", "user")
                .put("message", JsonObject.of("role", "user").put("content", blocks)));
        assertEquals("\"[[echo]]\\ntwo\"", process.awaitResult().string("result"));
    }

    @Test
    void endOfInputInATurnLetsItFinish() {
        MockProcess process = stream();
        process.say("[[slow lines=3 every=50ms]]");
        process.closeStdin();
        assertEquals("Line 3 of 3.", process.awaitResult().string("result"));
        assertEquals(0, process.exitCode());
    }

    @Test
    void theExitCodeIsThatOfTheLastResult() {
        MockProcess failed = stream();
        failed.say("hello");
        failed.awaitResult();
        failed.say("[[api-error]]");
        failed.awaitResult();
        failed.closeStdin();
        assertEquals(1, failed.exitCode());
        MockProcess recovered = stream();
        recovered.say("[[api-error]]");
        recovered.awaitResult();
        recovered.say("hello");
        recovered.closeStdin();
        recovered.rest();
        assertEquals(0, recovered.exitCode());
    }

    @Test
    void endSessionAndTheExitDelayEndTheProcess() {
        MockProcess process = stream();
        process.control("end", "end_session");
        assertEquals(0, process.exitCode());
        environment.put("CLAUDE_CODE_EXIT_AFTER_STOP_DELAY", "50");
        MockProcess delayed = stream();
        delayed.say("hello");
        delayed.awaitResult();
        assertEquals(0, delayed.exitCode());
    }

    @Test
    void interruptInTheMiddleOfTextShowsWhatThereWas() {
        MockProcess process = stream("--include-partial-messages");
        process.say("[[stream words=1000 every=20ms]]");
        process.await(line -> line.toString().contains("\"w2 \""), "the third word");
        process.control("int-1", JsonObject.of("subtype", "interrupt").put("cancel_queued", true));
        JsonObject response = process.await("control_response/success").object("response");
        assertEquals(
                "{\"still_queued\":[],\"cancelled\":[]}",
                response.object("response").toString());
        JsonObject partial = process.await("assistant");
        assertTrue(text(partial).startsWith("w0 w1 w2 ") && partial.isTrue("aborted"), text(partial));
        assertEquals("[Request interrupted by user]", text(process.next()));
        JsonObject result = process.next();
        assertEquals("error_during_execution", result.string("subtype"));
        assertEquals("aborted_streaming", result.string("terminal_reason"));
        process.say("still there?");
        assertFalse(process.awaitResult().isTrue("is_error"));
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void interruptWhenIdleIsAnsweredAndChangesNothing() {
        MockProcess process = stream();
        process.control("i", "interrupt");
        assertEquals("control_response/success", FieldList.kind(process.next()));
        process.say("hello");
        assertFalse(process.awaitResult().isTrue("is_error"));
    }

    @Test
    void clearGoesOnWithANewSession() {
        MockProcess process = stream();
        process.say("remember me");
        String before = process.awaitResult().string("session_id");
        process.say(FIRST, "/clear");
        JsonObject reset = process.await("conversation_reset");
        assertEquals(before, reset.string("session_id"));
        JsonObject result = process.awaitResult();
        assertNotEquals(before, result.string("session_id"));
        assertNotEquals(reset.string("new_conversation_id"), result.string("session_id"));
        assertEquals("clear", result.string("local_command"));
        process.say("who am I?");
        assertFalse(process.awaitResult().string("result").contains("remember me"));
    }
}
