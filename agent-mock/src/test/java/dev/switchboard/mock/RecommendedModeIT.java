package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 The mode in which a server drives the agent, from start to end")
class RecommendedModeIT extends MockTestBase {

    private static final String ID = "63f1aa08-130d-4683-98de-0dd234fc4cdb";

    private int messages;

    private MockProcess begin(String sessionOption, String id) {
        MockProcess process = stream(
                "--include-partial-messages",
                "--permission-prompt-tool",
                "stdio",
                "--permission-mode",
                "default",
                "--setting-sources",
                "user",
                "--strict-mcp-config",
                sessionOption,
                id);
        process.control("init-1", "initialize");
        assertEquals(
                "init-1", process.next().object("response").string("request_id"), "ready before any message is sent");
        return process;
    }

    private void say(MockProcess process, String prompt) {
        messages++;
        process.say("7d4f4d84-5f3b-4a5e-9d7c-0f7b5d0a000" + messages, prompt);
    }

    /** The result of a turn, once the agent has said that it is idle. */
    private static JsonObject idle(MockProcess process) {
        JsonObject result = process.awaitResult();
        process.await(line -> "idle".equals(line.string("state")), "idle");
        return result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    void theWholeOfIt(String version) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        MockProcess process = begin("--session-id", ID);
        say(process, "hello");
        assertEquals(ID, idle(process).string("session_id"));
        permissions(process);
        interrupt(process);
        say(process, "-starts with a dash");
        assertTrue(idle(process).string("result").startsWith("You said: -starts with a dash"));
        say(process, "/clear");
        String after = idle(process).string("session_id");
        assertNotEquals(ID, after);
        say(process, "after it");
        assertEquals(after, process.await("system/init").string("session_id"));
        idle(process);
        process.closeStdin();
        assertEquals(List.of(), process.rest());
        assertEquals(0, process.exitCode());
        assertEquals("", process.stderr());
        MockProcess resumed = begin("--resume", after);
        say(resumed, "do you remember?");
        assertTrue(idle(resumed).string("result").contains("Before that you said: after it"));
        resumed.closeStdin();
        assertEquals(0, resumed.exitCode());
    }

    private void permissions(MockProcess process) {
        say(process, "[[ask tool=Write path=allowed.txt]]");
        JsonObject question = process.await("control_request/can_use_tool");
        JsonObject input = question.object("request").object("input");
        process.answer(question, JsonObject.of("behavior", "allow").put("updatedInput", input));
        assertEquals("Wrote allowed.txt.", idle(process).string("result"));
        say(process, "[[ask tool=Write path=denied.txt]]");
        process.answer(
                process.await("control_request/can_use_tool"),
                JsonObject.of("behavior", "deny").put("message", "Denied by Alice"));
        JsonObject result = idle(process);
        assertFalse(result.isTrue("is_error"));
        assertEquals(1, result.list("permission_denials").size());
        assertTrue(Files.exists(cwd.resolve("allowed.txt")));
        assertFalse(Files.exists(cwd.resolve("denied.txt")));
    }

    private void interrupt(MockProcess process) {
        say(process, "[[stream words=1000 every=50ms]]");
        process.await(line -> line.toString().contains("\"w1 \""), "the second word");
        process.control("int-1", JsonObject.of("subtype", "interrupt").put("cancel_queued", true));
        assertEquals(
                "int-1",
                process.await("control_response/success").object("response").string("request_id"));
        assertEquals("aborted_streaming", idle(process).string("terminal_reason"));
    }
}
