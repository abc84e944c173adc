package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.ask;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptedPermissionTest {
    @TempDir
    Path directory;

    private Script script;
    private TurnRecorder recorder;

    @BeforeEach
    void open() throws IOException {
        script = new Script(directory);
        recorder = script.recorder;
    }

    @AfterEach
    void close() {
        script.close();
    }

    private List<String> said() {
        List<String> inbox = script.custodian.inbox(script.agent());
        return inbox.subList(1, inbox.size());
    }

    private static PermissionAnswer allow(Optional<Content> input, boolean remember) {
        return new PermissionAnswer("q1", Decision.ALLOW, Optional.empty(), input, remember);
    }

    @Test
    @DisplayName("X7 a question is an event with everything a person needs")
    void asked() throws Exception {
        script.begin(Ask.REMOTE);
        script.write(ask("q1", "Write"));
        AgentEvent.PermissionAsked asked = recorder.await(AgentEvent.PermissionAsked.class);
        assertEquals("q1", asked.request().permissionId());
        assertEquals("Write", asked.request().toolName());
        assertEquals(
                "{\"file_path\":\"/p/a\",\"n\":1.50}", asked.request().input().toText(), "byte by byte");
        assertEquals(Optional.of("a"), asked.request().description());
        assertTrue(asked.request().suggestions().orElseThrow().toText().startsWith("[{\"type\":\"setMode\""));
        assertEquals(Optional.of(new Origin(script.agent(), ask("q1", "Write").length() + 1)), asked.origin());
        assertEquals(List.of(), recorder.lines(), "the driver's own traffic is not shown");
        assertEquals(List.of(), said());
    }

    @Test
    @DisplayName("X7 allowed: the input goes back unchanged, always; a second answer is ignored")
    void allowed() throws Exception {
        AgentTurn turn = script.begin(Ask.REMOTE);
        script.write(ask("q1", "Write"));
        recorder.await(AgentEvent.PermissionAsked.class);
        turn.answer(PermissionAnswer.deny("other", "no such question"));
        turn.answer(allow(Optional.empty(), false));
        turn.answer(PermissionAnswer.deny("q1", "too late"));
        assertEquals(
                List.of(
                        "{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":\"q1\","
                                + "\"response\":{\"behavior\":\"allow\",\"updatedInput\":{\"file_path\":\"/p/a\",\"n\":1.50}}}}"),
                said());
    }

    @Test
    @DisplayName(
            "X7 whoever is asked whether a plan is good sees it, though the CLI asks without; it gets back what it asked with")
    void plan() throws Exception {
        AgentTurn turn = script.begin(Ask.REMOTE);
        String plan = "{\"plan\":\"1. do it\"}";
        script.write(
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"ExitPlanMode\",\"input\":"
                        + plan + "}]}}",
                "{\"type\":\"control_request\",\"request_id\":\"q1\",\"request\":{\"subtype\":\"can_use_tool\","
                        + "\"tool_name\":\"ExitPlanMode\",\"input\":{}}}");
        assertEquals(
                plan,
                recorder.await(AgentEvent.PermissionAsked.class)
                        .request()
                        .input()
                        .toText());
        turn.answer(allow(Optional.empty(), false));
        assertEquals(
                List.of("{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":\"q1\","
                        + "\"response\":{\"behavior\":\"allow\",\"updatedInput\":{}}}}"),
                said());
    }

    @Test
    @DisplayName("X7 allowed with another input, and for the rest of the session")
    void allowedOtherwise() throws Exception {
        AgentTurn turn = script.begin(Ask.REMOTE);
        script.write(ask("q1", "Write"));
        recorder.await(AgentEvent.PermissionAsked.class);
        turn.answer(allow(Optional.of(Content.of("{\n \"file_path\": \"/p/b\"\r\n}")), true));
        assertEquals(
                List.of("{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":\"q1\","
                        + "\"response\":{\"behavior\":\"allow\",\"updatedInput\":{  \"file_path\": \"/p/b\"  },"
                        + "\"updatedPermissions\":[{\"type\":\"setMode\",\"mode\":\"acceptEdits\","
                        + "\"destination\":\"session\"}]}}}"),
                said());
    }

    @Test
    void denied() throws Exception {
        AgentTurn turn = script.begin(Ask.REMOTE);
        script.write(ask("q1", "Write"));
        recorder.await(AgentEvent.PermissionAsked.class);
        turn.answer(PermissionAnswer.deny("q1", "no \"way\"\n\ud800"));
        assertEquals(
                List.of("{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":\"q1\","
                        + "\"response\":{\"behavior\":\"deny\",\"message\":\"no \\\"way\\\"\\n\\ud800\"}}}"),
                said());
    }

    @Test
    @DisplayName("X7 a withdrawn question needs no answer, and gets none")
    void withdrawn() throws Exception {
        AgentTurn turn = script.begin(Ask.REMOTE);
        script.write(ask("q1", "Write"), Lines.cancel("q1"), Lines.cancel("q2"));
        assertEquals("q1", recorder.await(AgentEvent.PermissionWithdrawn.class).permissionId());
        turn.answer(allow(Optional.empty(), false));
        assertEquals(List.of(), said());
        assertEquals(1, recorder.of(AgentEvent.PermissionWithdrawn.class).size());
    }

    @Test
    @DisplayName("X7 where nobody answers, the answer is no, at once, with the reason")
    void nobodyAnswers() throws Exception {
        script.begin(Ask.DENY);
        script.write(ask("q1", "Write"), Lines.cancel("q1"));
        eventually("it was answered", () -> said().size() == 1);
        assertTrue(said().get(0).contains("\"behavior\":\"deny\""));
        assertTrue(said().get(0).contains(TurnProgress.NOBODY_ANSWERS));
        script.write(result());
        recorder.end();
        assertEquals(List.of(), recorder.of(AgentEvent.PermissionAsked.class));
        assertEquals(List.of(), recorder.of(AgentEvent.PermissionWithdrawn.class));
    }

    @Test
    void tooLargeToBeShown() throws Exception {
        script.begin(Ask.REMOTE);
        int room = LineInterpreter.INPUT_LIMIT - "{\"x\":\"\"}".length();
        script.write(large("q1", room + 1), large("q2", room));
        assertEquals(
                "q2", recorder.await(AgentEvent.PermissionAsked.class).request().permissionId());
        assertTrue(said().get(0).contains("\"request_id\":\"q1\""));
        assertTrue(said().get(0).contains(TurnProgress.TOO_MUCH));
    }

    private static String large(String id, int size) {
        return "{\"type\":\"control_request\",\"request_id\":\"" + id
                + "\",\"request\":{\"subtype\":\"can_use_tool\",\"tool_name\":\"Write\",\"input\":{\"x\":\""
                + "x".repeat(size) + "\"}}}";
    }

    @Test
    void whatNobodyOffered() throws Exception {
        script.begin(Ask.REMOTE);
        script.write(
                "{\"type\":\"control_request\",\"request_id\":\"h1\",\"request\":{\"subtype\":\"hook_callback\"}}");
        eventually("it was answered", () -> said().size() == 1);
        assertEquals(
                "{\"type\":\"control_response\",\"response\":{\"subtype\":\"error\",\"request_id\":\"h1\","
                        + "\"error\":\"Unsupported control request subtype: hook_callback\"}}",
                said().get(0));
    }

    @Test
    void questionWithoutDetails() throws Exception {
        script.begin(Ask.REMOTE);
        script.write("{\"type\":\"control_request\",\"request_id\":\"q1\",\"request\":{\"subtype\":\"can_use_tool\","
                + "\"description\":\"\\u001b[1mbold\"}}");
        PermissionRequest request =
                recorder.await(AgentEvent.PermissionAsked.class).request();
        assertEquals("{}", request.input().toText());
        assertEquals(Optional.of("bold"), request.description());
        assertEquals(Optional.empty(), request.suggestions());
    }
}
