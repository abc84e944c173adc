package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 Permissions: allowed, denied, asked for, answered, withdrawn")
class PermissionIT extends MockTestBase {

    private static final String WRITE = "[[ask tool=Write path=a.txt content=\"hello there\"]]";

    private MockProcess asking() {
        return stream("--permission-prompt-tool", "stdio");
    }

    private JsonObject question(MockProcess process) {
        process.say(WRITE);
        return process.await("control_request/can_use_tool");
    }

    private boolean written() {
        return Files.exists(cwd.resolve("a.txt"));
    }

    @Test
    void withoutAnApproverItIsDeniedAndTheTurnSucceeds() {
        MockProcess process = runPrompt(WRITE);
        assertTrue(process.await("system/permission_denied").string("message").contains(cwd + "/a.txt"));
        assertTrue(block(process.await("user")).isTrue("is_error"));
        JsonObject result = process.awaitResult();
        assertFalse(result.isTrue("is_error"));
        assertEquals("Write", ((JsonObject) result.list("permission_denials").get(0)).string("tool_name"));
        assertEquals(0, process.exitCode());
        assertFalse(written());
    }

    @Test
    void rulesAndModesAllowWithoutAsking() throws IOException {
        runPrompt(WRITE, "--allowedTools", "Write").rest();
        assertEquals("hello there", Files.readString(cwd.resolve("a.txt")));
        Files.delete(cwd.resolve("a.txt"));
        runPrompt(WRITE, "--permission-mode", "acceptEdits").rest();
        assertTrue(written());
        MockProcess bash = runPrompt("[[ask tool=Bash command=\"touch x\"]]", "--allowedTools", "Bash(touch:*)");
        assertEquals(List.of(), bash.awaitResult().list("permission_denials"));
        MockProcess other = runPrompt("[[ask tool=Bash command=\"rm x\"]]", "--allowedTools", "Bash(touch:*)");
        assertEquals(1, other.awaitResult().list("permission_denials").size());
    }

    @Test
    void allowLetsItHappen() throws IOException {
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        MockProcess process = asking();
        JsonObject question = question(process);
        JsonObject request = question.object("request");
        assertEquals(
                "{\"file_path\":\"" + cwd + "/a.txt\",\"content\":\"hello there\"}",
                request.object("input").toString());
        assertEquals("a.txt", request.string("description"));
        assertFalse(written());
        process.answer(question, JsonObject.of("behavior", "allow").put("updatedInput", request.object("input")));
        JsonObject toolResult = process.await("user");
        assertEquals(request.string("tool_use_id"), block(toolResult).string("tool_use_id"));
        assertEquals("Wrote a.txt.", process.awaitResult().string("result"));
        assertEquals("hello there", Files.readString(cwd.resolve("a.txt")));
        List<String> states = process.seen().stream()
                .filter(line -> line.has("state"))
                .map(line -> line.string("state"))
                .toList();
        assertEquals(List.of("running", "requires_action", "running"), states);
    }

    @Test
    void theInputMayBeChanged() throws IOException {
        MockProcess process = asking();
        JsonObject question = question(process);
        JsonObject changed = JsonObject.of("file_path", cwd + "/b.txt").put("content", "changed");
        process.answer(question, JsonObject.of("behavior", "allow").put("updatedInput", changed));
        process.awaitResult();
        assertEquals("changed", Files.readString(cwd.resolve("b.txt")));
        assertFalse(written());
    }

    @Test
    void withoutUpdatedInputOnlyTheCurrentReleaseGoesOn() {
        MockProcess process = asking();
        process.answer(question(process), JsonObject.of("behavior", "allow"));
        process.awaitResult();
        assertTrue(written());
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        MockProcess older = asking();
        older.answer(question(older), JsonObject.of("behavior", "allow"));
        assertEquals(1, older.awaitResult().list("permission_denials").size());
    }

    @Test
    void denyCarriesItsMessage() {
        MockProcess process = asking();
        process.answer(question(process), JsonObject.of("behavior", "deny").put("message", "The remote user said no."));
        JsonObject toolResult = block(process.await("user"));
        assertEquals("The remote user said no.", toolResult.string("content"));
        JsonObject result = process.awaitResult();
        assertFalse(result.isTrue("is_error"));
        assertEquals(1, result.list("permission_denials").size());
        assertFalse(written());
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void denyWithInterruptEndsTheTurnButNotTheProcess() {
        MockProcess process = asking();
        process.answer(
                question(process),
                JsonObject.of("behavior", "deny").put("message", "stop").put("interrupt", true));
        process.await("user");
        assertEquals("[Request interrupted by user for tool use]", text(process.next()));
        JsonObject result = process.awaitResult();
        assertEquals("aborted_tools", result.string("terminal_reason"));
        assertEquals("3", result.get("num_turns").toString());
        process.say("still alive?");
        assertFalse(process.awaitResult().isTrue("is_error"));
    }

    @Test
    void errorsAndNonsenseCountAsDenied() {
        MockProcess process = asking();
        JsonObject question = question(process);
        process.send(JsonObject.of("type", "control_response")
                .put(
                        "response",
                        JsonObject.of("subtype", "error")
                                .put("request_id", question.string("request_id"))
                                .put("error", "host could not decide")));
        assertEquals(
                "Tool permission request failed: Error: host could not decide",
                block(process.await("user")).string("content"));
        process.awaitResult();
        process.answer(question(process), JsonObject.of("behavior", "maybe"));
        assertEquals(1, process.awaitResult().list("permission_denials").size());
        assertFalse(written());
    }

    @Test
    void answersToOtherQuestionsAreIgnored() {
        MockProcess process = asking();
        JsonObject question = question(process);
        process.answer(JsonObject.of("request_id", "someone-else"), JsonObject.of("behavior", "deny"));
        process.answer(question, JsonObject.of("behavior", "allow"));
        process.awaitResult();
        assertTrue(written());
    }

    @Test
    void anInterruptWithdrawsTheQuestion() {
        MockProcess process = asking();
        JsonObject question = question(process);
        process.control("int", "interrupt");
        assertEquals(question.string("request_id"), process.next().string("request_id"));
        assertEquals("control_response/success", FieldList.kind(process.next()));
        process.answer(question, JsonObject.of("behavior", "allow"));
        assertEquals("aborted_tools", process.awaitResult().string("terminal_reason"));
        process.closeStdin();
        assertEquals(1, process.exitCode());
        assertFalse(written());
    }

    @Test
    void theEndOfInputFailsTheQuestion() {
        MockProcess process = asking();
        question(process);
        process.closeStdin();
        assertTrue(block(process.await("user")).string("content").endsWith("stream closed before response received"));
        assertFalse(process.awaitResult().isTrue("is_error"));
        assertEquals(0, process.exitCode());
    }

    @Test
    void alwaysAllowLastsForTheSession() {
        MockProcess process = asking();
        process.say("[[ask tool=Bash command=\"touch x\"]]");
        JsonObject question = process.await("control_request/can_use_tool");
        List<?> suggestions = question.object("request").list("permission_suggestions");
        process.answer(
                question,
                JsonObject.of("behavior", "allow")
                        .put("updatedInput", question.object("request").object("input"))
                        .put("updatedPermissions", suggestions));
        assertEquals("acceptEdits", process.await("system/status").string("permissionMode"));
        process.awaitResult();
        process.say("[[ask tool=Bash command=\"touch x\"]]");
        process.awaitResult();
        assertEquals(
                1,
                process.kinds().stream()
                        .filter("control_request/can_use_tool"::equals)
                        .count());
    }

    @Test
    void questionsToTheUserAskEvenWhenAllIsBypassed() {
        environment.put("IS_SANDBOX", "1");
        MockProcess process = stream("--permission-prompt-tool", "stdio", "--dangerously-skip-permissions");
        process.say("[[ask tool=AskUserQuestion input={\"questions\":[{\"question\":\"Which?\"}]}]]");
        JsonObject question = process.await("control_request/can_use_tool");
        assertTrue(question.object("request").isTrue("requires_user_interaction"));
        JsonObject input = question.object("request").object("input").put("answers", JsonObject.of("Which?", "B"));
        process.answer(question, JsonObject.of("behavior", "allow").put("updatedInput", input));
        assertTrue(process.awaitResult().string("result").contains("\"answers\":{\"Which?\":\"B\"}"));
    }

    @Test
    void aTextPromptCannotAsk() {
        MockProcess process = runPrompt(WRITE, "--permission-prompt-tool", "stdio");
        assertEquals(
                "Tool permission request failed: AbortError: Stream closed",
                block(process.await("user")).string("content"));
        assertEquals(0, process.exitCode());
    }

    @Test
    void permissionPromptsNoneDeniesAndAMissingPromptToolKills() {
        MockProcess none = stream("--permission-prompt-tool", "stdio", "--permission-prompts", "none");
        none.say(WRITE);
        assertEquals(1, none.awaitResult().list("permission_denials").size());
        MockProcess missing = runPrompt(WRITE, "--permission-prompt-tool", "mcp__nowhere__approve");
        missing.rest();
        assertFalse(missing.kinds().contains("result/success"));
        assertEquals(1, missing.exitCode());
    }

    @Test
    void aToolThatIsNotOfferedDoesNotExist() {
        MockProcess process = runPrompt("[[tools 1 name=NoSuch]]");
        assertEquals(
                "<tool_use_error>Error: No such tool available: NoSuch</tool_use_error>",
                block(process.await("user")).string("content"));
        assertEquals(List.of(), process.awaitResult().list("permission_denials"));
        MockProcess disallowed = runPrompt(WRITE, "--disallowedTools", "Write");
        assertTrue(block(disallowed.await("user")).string("content").contains("No such tool available: Write"));
    }

    @Test
    void nothingIsWrittenOutsideTheWorkingDirectory() {
        MockProcess process = runPrompt("[[ask tool=Write path=../outside.txt]]", "--allowedTools", "Write");
        assertTrue(block(process.await("user")).isTrue("is_error"));
        assertEquals(0, process.exitCode());
        assertFalse(Files.exists(cwd.resolveSibling("outside.txt")));
    }
}
