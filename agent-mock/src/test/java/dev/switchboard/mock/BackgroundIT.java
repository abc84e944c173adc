package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 Background commands and subagents: turns that nobody asked for")
class BackgroundIT extends MockTestBase {

    @Test
    void theEndOfACommandSetsOffATurn() {
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        MockProcess process = stream();
        process.say("[[background for=50ms then=\"[[say text=unasked]]\"]]");
        JsonObject first = process.awaitResult();
        assertEquals("The command runs in the background.", first.string("result"));
        JsonObject second = process.awaitResult();
        assertEquals("unasked", second.string("result"));
        assertEquals("1", second.get("result_index").toString());
        assertEquals("task-notification", second.object("origin").string("kind"));
        process.await(line -> "idle".equals(line.string("state")), "idle");
        assertEquals(
                List.of(
                        "running",
                        "system/init",
                        "assistant",
                        "assistant",
                        "system/background_tasks_changed",
                        "system/task_started",
                        "user",
                        "assistant",
                        "result/success",
                        "idle",
                        "system/task_updated",
                        "system/task_notification",
                        "system/background_tasks_changed",
                        "running",
                        "system/init",
                        "assistant",
                        "result/success",
                        "idle"),
                process.seen().stream()
                        .map(line -> line.has("state") ? line.string("state") : FieldList.kind(line))
                        .toList());
        assertEquals(1, process.seen().get(4).list("tasks").size());
        assertEquals(List.of(), process.seen().get(12).list("tasks"));
        process.say("who asked last?");
        assertTrue(process.awaitResult().string("result").contains("turn 2"), "the unasked turn was no prompt");
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void messagesAreAnsweredMeanwhile() {
        MockProcess process = stream();
        process.say("[[background for=60s]]");
        process.awaitResult();
        process.say("meanwhile");
        assertTrue(process.awaitResult().string("result").startsWith("You said: meanwhile"));
        process.signal("INT");
        assertEquals(List.of(), process.rest());
        assertEquals(0, process.exitCode());
    }

    @Test
    void anUnaskedTurnCanBeInterrupted() {
        MockProcess process = stream();
        process.say("[[background for=50ms then=\"[[hang]]\"]]");
        process.awaitResult();
        process.await("system/task_notification");
        process.await("system/init");
        process.control("i", "interrupt");
        assertEquals("aborted_streaming", process.awaitResult().string("terminal_reason"));
        process.say("still there?");
        assertFalse(process.awaitResult().isTrue("is_error"));
        process.closeStdin();
        assertEquals(0, process.exitCode());
    }

    @Test
    void theCurrentReleaseWaitsForItAfterTheEndOfTheInput() {
        MockProcess process = stream();
        process.say("[[background for=200ms then=\"[[ask]]\"]]");
        process.closeStdin();
        process.rest();
        assertEquals(
                2, process.kinds().stream().filter("result/success"::equals).count());
        assertEquals(0, process.exitCode());
    }

    @Test
    void theOlderReleaseDoesNotWaitForLong() {
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        environment.put("SWITCHBOARD_MOCK_SCALE", "100");
        MockProcess impatient = stream();
        impatient.say("[[background for=60s scale=1]]");
        impatient.closeStdin();
        impatient.rest();
        assertEquals(
                1, impatient.kinds().stream().filter("result/success"::equals).count());
        assertEquals(0, impatient.exitCode());
        MockProcess open = stream();
        open.say("[[background for=20s]]");
        open.awaitResult();
        assertFalse(open.awaitResult().has("origin"));
        assertFalse(open.kinds().contains("system/background_tasks_changed"));
    }

    @Test
    void aOneShotRunKeepsItsResultsToTheEnd() {
        MockProcess process = runPrompt("[[subagent for=50ms]]");
        process.rest();
        List<String> kinds = process.kinds();
        assertEquals(List.of("result/success", "result/success"), kinds.subList(kinds.size() - 2, kinds.size()));
        assertEquals("system/task_notification", kinds.get(kinds.lastIndexOf("system/init") - 2));
        JsonObject ofSubagent = process.seen().stream()
                .filter(line -> line.get("parent_tool_use_id") != null)
                .findFirst()
                .orElseThrow();
        assertEquals("This is what the subagent says.", text(ofSubagent));
        assertEquals(
                only(process, "system/task_started").string("tool_use_id"), ofSubagent.string("parent_tool_use_id"));
        assertEquals(0, process.exitCode());
        MockProcess json = run("-p", "--output-format", "json", "[[background for=20ms]]");
        assertEquals("The background command is done.", json.awaitResult().string("result"));
        assertNull(json.next());
    }

    @Test
    void clearForgetsTheTasks() {
        MockProcess process = stream();
        process.say("[[background for=60s]]");
        process.awaitResult();
        process.say("/clear");
        process.awaitResult();
        process.closeStdin();
        assertEquals(List.of(), process.rest());
        assertEquals(0, process.exitCode());
    }

    private static JsonObject only(MockProcess process, String kind) {
        List<JsonObject> lines = process.seen().stream()
                .filter(line -> FieldList.kind(line).equals(kind))
                .toList();
        assertEquals(1, lines.size(), kind);
        return lines.get(0);
    }
}
