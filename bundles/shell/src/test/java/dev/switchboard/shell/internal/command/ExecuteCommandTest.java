package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.FakeExecutions;
import dev.switchboard.shell.internal.Runs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class ExecuteCommandTest {
    private final Calls calls = new Calls();
    private final ProjectId project =
            calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private FakeExecutions executions;

    private void script(Consumer<Execution> script) {
        executions = new FakeExecutions(calls.server, script);
        calls.server.execution = Optional.of(executions);
    }

    private void says(String text) {
        calls.server.tell(Runs.recorded(project, calls.server.record(Direction.CLAUDE, "assistant", Runs.says(text))));
    }

    private void result(String json) {
        calls.server.tell(Runs.recorded(project, calls.server.record(Direction.CLAUDE, "result", json)));
    }

    @Test
    @DisplayName("H6 a run is shown as text from its first line to its last, without the prompt; status 0")
    void showsARun() throws CommandException {
        script(run -> {
            says("working — 你好");
            result("{\"type\":\"result\",\"is_error\":false,\"num_turns\":1,\"result\":\"working — 你好\"}");
            executions.end(run, Result.COMPLETED);
        });
        assertEquals(0, calls.call(new ExecuteCommand(), "one", "do", "--what", "I say"));
        assertEquals(List.of("working — 你好", "[done] 1 turn"), calls.output.lines());
        ExecutionRequest request = executions.requests.get(0);
        assertEquals(project, request.project());
        assertEquals("do --what I say", request.prompt().text());
        assertEquals("\"do --what I say\"", request.prompt().json().toText());
        assertEquals("anna", request.by().name());
        assertEquals(Role.OPERATOR, request.by().role());
        assertFalse(request.queue());
        assertEquals(List.of(), calls.server.listeners, "nobody listens any longer");
    }

    @Test
    @DisplayName("H6 an answer that comes only with the result is shown too")
    void showsAnAnswerWithoutAMessage() throws CommandException {
        script(run -> {
            result("{\"type\":\"result\",\"is_error\":false,\"result\":\"Context: 3 tokens\"}");
            executions.end(run, Result.COMPLETED);
        });
        assertEquals(0, calls.call(new ExecuteCommand(), "one", "/context"));
        assertEquals(List.of("Context: 3 tokens", "[done]"), calls.output.lines());
    }

    @Test
    @DisplayName("H6 with --json every record is the frame that clients get, one on a line")
    void showsFrames() throws CommandException, JsonProcessingException {
        script(run -> {
            says("hello");
            executions.end(run, Result.COMPLETED);
        });
        assertEquals(0, calls.call(new ExecuteCommand(), "--json", "one", "x"));
        List<String> types = new ArrayList<>();
        for (String line : calls.output.lines()) {
            JsonNode frame = Json.read(line.getBytes(StandardCharsets.UTF_8));
            assertEquals(project.toString(), frame.path("project_id").asText());
            assertEquals(types.size() + 1, frame.path("seq").asInt());
            types.add(frame.path("type").asText());
        }
        assertEquals(List.of("project_state", "prompt", "agent_message", "project_state"), types);
    }

    @ParameterizedTest
    @DisplayName("H6 a run that does not complete fails the command, with one line that says why")
    @CsvSource({
        "FAILED,Error: the run failed: it broke",
        "TIMED_OUT,Error: the run failed: it timed out",
        "KILLED,Error: the run was killed",
        "INTERRUPTED,Error: the run was interrupted"
    })
    void failsWithTheRun(Result result, String line) throws CommandException {
        script(run -> executions.end(run, result));
        CommandException failure =
                assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "one", "x"));
        assertEquals(line, failure.getNiceHelp());
        assertEquals(1, calls.call(new ExecuteCommand(), "--json", "one", "x"), "frames only, and the exit status");
        assertTrue(calls.output.lines().stream().allMatch(json -> json.startsWith("{")), calls.output.text());
    }

    @Test
    @DisplayName("H6 a refused run shows nothing and fails with what the server says")
    void failsIfRefused() {
        script(run -> {});
        executions.active = Optional.of(Runs.started(dev.switchboard.execution.ExecutionId.random(), project, 1));
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new ExecuteCommand(), "one", "x"));
        assertEquals(ErrorCode.PROCESS_ACTIVE, refusal.code());
        assertEquals("", calls.output.text());
        assertEquals(List.of(), calls.server.listeners);
    }

    @Test
    @DisplayName("H6 Ctrl-C interrupts the run, which is shown to its end")
    void interruptsTheRun() {
        script(run -> {
            says("begun");
            Thread.currentThread().interrupt();
        });
        // The acceptance is waited for without a wait, so the interrupt meets the command while it follows.
        CommandException failure =
                assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "one", "x"));
        assertEquals("Error: the run was interrupted", failure.getNiceHelp());
        assertEquals(List.of("interrupt by anna"), executions.stops);
        assertEquals(List.of("begun"), calls.output.lines());
        assertFalse(Thread.interrupted());
    }

    private void scriptQueued(Consumer<Execution> script) {
        script(script);
        executions.active = Optional.of(Runs.started(dev.switchboard.execution.ExecutionId.random(), project, 1));
        calls.server.record(Direction.SERVER, "project_state", "{\"state\":\"EXECUTING\"}");
        says("of the run before");
    }

    @Test
    @DisplayName("H6 X7 with --queue a run waits behind the active one, and is shown from its own first line on")
    void waits() throws CommandException {
        scriptQueued(waiting -> {
            Execution run = executions.begin(waiting);
            says("mine");
            executions.end(run, Result.COMPLETED);
            says("of the run behind");
        });
        assertEquals(0, calls.call(new ExecuteCommand(), "--queue", "one", "x"));
        List<String> lines = calls.output.lines();
        assertTrue(lines.get(0).startsWith("[waiting in the queue, place 1, run "), lines.get(0));
        assertEquals(List.of("mine"), lines.subList(1, lines.size()));
        assertTrue(executions.requests.get(0).queue());
    }

    @Test
    @DisplayName("H6 X7 with --queue and --json there are frames only, and one that begins later is waited for")
    void waitsForFrames() throws Exception {
        CompletableFuture<Void> later = new CompletableFuture<>();
        scriptQueued(waiting -> later.thenRunAsync(() -> executions.end(executions.begin(waiting), Result.COMPLETED)));
        // On a thread of its own: the common pool may have one only, which the end of the run needs.
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return calls.call(new ExecuteCommand(), "--queue", "--json", "one", "x");
                    } catch (CommandException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "calls").start());
        later.complete(null);
        assertEquals(0, status.get(10, TimeUnit.SECONDS));
        assertEquals(2, calls.output.lines().size());
        assertTrue(calls.output.lines().stream().allMatch(line -> line.contains("project_state")));
    }

    @Test
    @DisplayName("H6 X7 a run that is taken out of the queue, or goes with its project, fails the command")
    void isTakenOut() {
        for (boolean deleted : new boolean[] {false, true}) {
            scriptQueued(waiting -> calls.server.tell(
                    deleted
                            ? new ExecutionEvent.Deleted(calls.server.projects.get(0))
                            : new ExecutionEvent.Cancelled(waiting)));
            CommandException failure =
                    assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "--queue", "one", "x"));
            assertEquals("Error: the run was taken out of the queue", failure.getNiceHelp());
            assertEquals(List.of(), calls.server.listeners);
        }
    }

    @Test
    @DisplayName("H6 X7 Ctrl-C takes a run that waits out of the queue; a client that hangs up leaves it there")
    void leavesTheQueue() {
        scriptQueued(waiting -> {});
        executions.active.ifPresent(run -> Thread.currentThread().interrupt());
        CommandException failure =
                assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "--queue", "one", "x"));
        assertEquals("Error: the run was taken out of the queue", failure.getNiceHelp());
        assertEquals(List.of("cancel by anna"), executions.stops);
        assertFalse(Thread.interrupted());

        executions.stops.clear();
        calls.output.left = true;
        failure = assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "--queue", "one", "x"));
        assertEquals("Error: nobody watches any longer; the run stays in the queue", failure.getNiceHelp());
        assertEquals(List.of(), executions.stops);
    }

    @Test
    @DisplayName("H6 X7 queue-cancel takes a run out, and says which")
    void cancelsQueuedRuns() throws CommandException {
        script(run -> {});
        String id = "00000000-0000-4000-8000-00000000000a";
        assertEquals(0, calls.call(new QueueCancelCommand(), "one", id));
        assertEquals(List.of("Took run " + id + " out of the queue"), calls.output.lines());
        assertEquals(List.of("cancel by anna"), executions.stops);
        assertEquals(
                ErrorCode.VALIDATION_FAILED,
                assertThrows(SwitchboardException.class, () -> calls.call(new QueueCancelCommand(), "one", "x"))
                        .code());
    }

    @Test
    @DisplayName("H6 a client that hangs up does not interrupt the run")
    void leavesTheRunAlone() {
        script(run -> {
            calls.output.left = true;
            Thread.currentThread().interrupt();
        });
        CommandException failure =
                assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "one", "x"));
        assertEquals("Error: the run is not followed any longer; it goes on in the server", failure.getNiceHelp());
        assertEquals(List.of(), executions.stops);
        assertEquals(List.of(), calls.server.listeners);
        Thread.interrupted();
    }

    @Test
    @DisplayName("H6 an empty prompt is refused before anything is asked of the server")
    void refusesEmptyPrompts() {
        script(run -> {});
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new ExecuteCommand(), "one", " ", ""));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertEquals(List.of(), executions.requests);
        CommandException missing = assertThrows(CommandException.class, () -> calls.call(new ExecuteCommand(), "one"));
        assertTrue(missing.getMessage().contains("prompt"), missing.getMessage());
    }

    @Test
    @DisplayName("H6 kill and interrupt say which run they ended, and fail if there is none")
    void stopsRuns() throws CommandException {
        script(run -> {});
        Execution run = Runs.started(dev.switchboard.execution.ExecutionId.random(), project, 1);
        executions.active = Optional.of(run);
        assertEquals(0, calls.call(new KillCommand(), "one"));
        executions.active = Optional.of(run);
        assertEquals(0, calls.call(new InterruptCommand(), "abcd"));
        assertEquals(List.of("Killed run " + run.id(), "Interrupted run " + run.id()), calls.output.lines());
        assertEquals(List.of("kill by anna", "interrupt by anna"), executions.stops);
        assertEquals(
                ErrorCode.PROCESS_NOT_FOUND,
                assertThrows(SwitchboardException.class, () -> calls.call(new KillCommand(), "one"))
                        .code());
    }
}
