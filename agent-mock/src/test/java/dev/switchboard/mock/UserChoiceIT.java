package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 What only a person decides: questions, plans, late answers, hooks of the host")
class UserChoiceIT extends MockTestBase {

    private MockProcess asking(String... more) {
        String[] words = new String[more.length + 2];
        words[0] = "--permission-prompt-tool";
        words[1] = "stdio";
        System.arraycopy(more, 0, words, 2, more.length);
        return stream(words);
    }

    private static void allow(MockProcess process, JsonObject question, JsonObject input) {
        process.answer(question, JsonObject.of("behavior", "allow").put("updatedInput", input));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    void aQuestionIsAnsweredInsideItsInput(String version) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        MockProcess process = asking();
        process.say("[[question text=\"Which one?\" options=red,blue]]");
        JsonObject question = process.await("control_request/can_use_tool");
        JsonObject input = question.object("request").object("input");
        assertTrue(question.object("request").isTrue("requires_user_interaction"));
        assertTrue(input.toString().contains("\"label\":\"blue\""), input.toString());
        allow(process, question, input.copy().put("answers", JsonObject.of("Which one?", "blue")));
        JsonObject told = process.await("user");
        assertEquals(
                "Your questions have been answered: \"Which one?\"=\"blue\".",
                block(told).string("content"));
        assertEquals(
                "{\"Which one?\":\"blue\"}",
                told.object("tool_use_result").object("answers").toString());
        assertEquals(
                "The answer is \"Which one?\"=\"blue\".", process.awaitResult().string("result"));
        process.say("[[question]]");
        process.answer(
                process.await("control_request/can_use_tool"),
                JsonObject.of("behavior", "deny").put("message", "no"));
        assertEquals(1, process.awaitResult().list("permission_denials").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    void anApprovedPlanLeavesThePlanMode(String version) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        MockProcess process = asking("--permission-mode", "plan");
        process.say("[[plan text=\"1. think\"]]");
        JsonObject question = process.await("control_request/can_use_tool");
        assertEquals("ExitPlanMode", question.object("request").string("tool_name"));
        allow(process, question, new JsonObject());
        assertEquals("default", process.next().string("permissionMode"));
        assertFalse(block(process.next()).isTrue("is_error"));
        assertEquals("The plan was approved.", process.awaitResult().string("result"));
        process.say("[[plan]]");
        assertEquals("default", process.await("system/init").string("permissionMode"));
        assertTrue(block(process.await("user")).string("content").contains("not in plan mode"));
        JsonObject result = process.awaitResult();
        assertEquals("The plan was not approved.", result.string("result"));
        assertEquals(List.of(), result.list("permission_denials"));
    }

    @Test
    void anAnswerToAWithdrawnQuestionIsIgnored() {
        MockProcess process = asking();
        process.say("[[ask tool=Write path=a.txt]]");
        JsonObject first = process.await("control_request/can_use_tool");
        process.control("int", "interrupt");
        assertEquals(
                first.string("request_id"),
                process.await("control_cancel_request").string("request_id"));
        process.awaitResult();
        process.say("[[ask tool=Write path=b.txt]]");
        JsonObject second = process.await("control_request/can_use_tool");
        allow(process, first, first.object("request").object("input"));
        process.answer(second, JsonObject.of("behavior", "deny").put("message", "not this one"));
        assertEquals("not this one", block(process.await("user")).string("content"));
        process.awaitResult();
        assertFalse(Files.exists(cwd.resolve("a.txt")) || Files.exists(cwd.resolve("b.txt")));
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void aHookIsCalledBackAndMayDeny() {
        MockProcess process = asking();
        JsonObject hook = JsonObject.of("matcher", "Write").put("hookCallbackIds", List.of("hook_0"));
        process.control(
                "init",
                JsonObject.of("subtype", "initialize").put("hooks", JsonObject.of("PreToolUse", List.of(hook))));
        process.say("[[tools 1]] [[ask tool=Write path=a.txt]]");
        JsonObject call = process.await("control_request/hook_callback");
        assertEquals("hook_0", call.object("request").string("callback_id"));
        assertEquals("Write", call.object("request").object("input").string("tool_name"));
        process.answer(
                call,
                JsonObject.of(
                        "hookSpecificOutput",
                        JsonObject.of("hookEventName", "PreToolUse")
                                .put("permissionDecision", "deny")
                                .put("permissionDecisionReason", "hook says no")));
        assertEquals(
                "PreToolUse:Write hook error: hook says no",
                block(process.await("user")).string("content"));
        assertEquals(1, process.awaitResult().list("permission_denials").size());
        process.say("[[ask tool=Write path=a.txt]]");
        process.answer(process.await("control_request/hook_callback"), new JsonObject());
        JsonObject question = process.await("control_request/can_use_tool");
        allow(process, question, question.object("request").object("input"));
        assertEquals("Wrote a.txt.", process.awaitResult().string("result"));
    }
}
