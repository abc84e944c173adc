package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Payloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue as its users see it: order, limits, cancelling, and what empties it. */
class RunQueueTest extends QueueTestBase {
    @Test
    @DisplayName("X7 queued runs begin in their order, each behind the IDLE of the one before")
    void keepsTheOrder() throws Exception {
        Execution second = queue("two");
        Execution third = queue("three");
        assertEquals(Execution.Status.QUEUED, second.status());
        assertEquals(List.of(1, 2), List.of(second.position(), third.position()));
        assertEquals(List.of(2L, 3L), List.of(second.seq(), third.seq()), "the reply comes before the queue_update");
        assertEquals(List.of(second.id(), third.id()), queued());

        finish();
        assertEquals(second.id(), turn.launch.execution());
        assertEquals("\"two\"", text(turn.launch.prompt().json()));
        assertEquals(List.of(third.id()), queued());
        finish();
        assertEquals(third.id(), turn.launch.execution());
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        assertEquals(
                List.of(
                        "queue:1",
                        "queue:2",
                        "state:IDLE",
                        "state:EXECUTING",
                        "prompt",
                        "queue:1",
                        "state:IDLE",
                        "state:EXECUTING",
                        "prompt",
                        "queue:0",
                        "state:IDLE"),
                recorded());
        assertEquals(world.disk.of(project), world.told(project));
        assertEquals(List.of(), cancelled());
        assertEquals(0, world.executions.stats().active());
        assertEquals(3, world.executions.stats().success());
        assertEquals(Set.of(), world.disk.projects.get(project).attributes().keySet(), "nothing of them is kept");
    }

    @Test
    @DisplayName("X7 everybody is shown who asked and the first line, a joiner too; nobody the options")
    void shows() throws Exception {
        String prompt = "x".repeat(130) + "\nsecond line";
        get(world.queue(
                project, prompt, options("{\"mcp_config\":{\"a\":{\"env\":{\"KEY\":\"s3cret\"}}}}"), World.OPERATOR));
        JsonNode item = data(world.disk.of(project).get(2)).get("items").get(0);
        assertEquals("otto", item.get("by").asText());
        assertEquals("x".repeat(120) + "…", item.get("prompt").asText());
        assertTrue(item.has("queued_at"));
        assertEquals(4, item.size());
        JsonNode status = Payloads.projectState(world.projects.status(project));
        assertEquals(item, status.get("queue").get(0));
        assertEquals(3, status.get("last_seq").asLong());

        finish();
        JsonNode idle = data(world.disk.of(project).get(3));
        assertEquals(item, idle.get("queue").get(0), "it still waits when the first is over");
        JsonNode executing = data(world.disk.of(project).get(4));
        assertEquals("EXECUTING", executing.get("state").asText());
        assertFalse(executing.has("queue"));
        assertEquals(
                Optional.of("{\"a\":{\"env\":{\"KEY\":\"s3cret\"}}}"),
                turn.launch.options().mcpConfig());
        for (Message message : world.disk.of(project)) {
            assertFalse(text(message.content()).contains("s3cret"), message::type);
        }
        assertFalse(world.events.toString().contains("s3cret"));
    }

    @Test
    @DisplayName("X7 on an idle project a run that would wait simply starts")
    void startsAtOnce() throws Exception {
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        Execution run = queue("now");
        assertEquals(Execution.Status.STARTED, run.status());
        assertEquals(0, run.position());
        assertEquals(List.of("state:IDLE", "state:EXECUTING", "prompt"), recorded());
    }

    @Test
    @DisplayName("X7 20 runs wait in a project and not one more; who does not want to wait is refused at once")
    void limit() throws Exception {
        List<Execution> waiting = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            waiting.add(queue("n" + i));
            assertEquals(i, waiting.get(i - 1).position());
        }
        int records = world.disk.of(project).size();
        SwitchboardException e = failure(ErrorCode.RESOURCE_LIMIT, world.queue(project, "one too many"));
        assertEquals("executions_queued", e.details().get("resource"));
        assertEquals(20L, e.details().get("limit"));
        assertEquals(20L, e.details().get("current"));
        failure(ErrorCode.PROCESS_ACTIVE, world.execute(project));
        assertEquals(records, world.disk.of(project).size(), "a refusal leaves no record");
        get(world.executions.cancelQueued(project, waiting.get(7).id(), "ann"));
        assertEquals(20, queue("fits").position());
        set(ServerSettings.LIMITS_EXECUTIONS_QUEUED, 0);
        assertEquals(21, queue("no limit").position());
        for (int i = 0; i < 20; i++) {
            finish();
        }
        assertEquals("\"fits\"", text(turn.launch.prompt().json()));
    }

    @Test
    @DisplayName("X7 what waits is bounded in size too: at the bound it is taken, one character past it not")
    void characters() throws Exception {
        queue("");
        long alone = QueueItems.keptCharacters(world.disk.projects.get(project));
        int room = (int) (RunQueue.MOST_CHARACTERS - 2 * alone);
        SwitchboardException e = failure(ErrorCode.RESOURCE_LIMIT, world.queue(project, "x".repeat(room + 1)));
        assertEquals("queued_characters", e.details().get("resource"));
        assertEquals(alone, e.details().get("current"));
        queue("x".repeat(room));
        assertEquals(RunQueue.MOST_CHARACTERS, QueueItems.keptCharacters(world.disk.projects.get(project)));
        failure(ErrorCode.RESOURCE_LIMIT, world.queue(project, ""));
        finish();
        finish();
        assertEquals(room + 2, turn.launch.prompt().json().size());
    }

    @Test
    @DisplayName("X7 one run is taken out of the queue once, and never one that has begun")
    void cancels() throws Exception {
        Execution second = queue("two");
        Execution third = queue("three");
        Execution over = get(world.executions.cancelQueued(project, second.id(), "ann"));
        assertEquals(Execution.Status.ENDED, over.status());
        assertEquals(world.disk.of(project).size(), over.seq());
        assertEquals(List.of(third.id()), queued());
        assertEquals(List.of(second.id()), cancelled());
        for (ExecutionId id : List.of(second.id(), first.id(), ExecutionId.random())) {
            SwitchboardException e =
                    failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.cancelQueued(project, id, "ann"));
            assertEquals("execution_id", e.details().get("field"));
        }
        finish();
        assertEquals(third.id(), turn.launch.execution());
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.cancelQueued(project, third.id(), "ann"));
        assertEquals(List.of("queue:1", "queue:2", "queue:1"), recorded().subList(0, 3));
        int told = world.events.indexOf(world.events.stream()
                .filter(ExecutionEvent.Cancelled.class::isInstance)
                .findFirst()
                .orElseThrow());
        ExecutionEvent behind = world.events.subList(told, world.events.size()).stream()
                .filter(ExecutionEvent.Recorded.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertEquals(
                over.seq(), ((ExecutionEvent.Recorded) behind).messages().get(0).seq());
    }

    @RepeatedTest(50)
    @DisplayName("X7 cancel against the end of the run before: it runs, or it is cancelled; never both, never neither")
    void cancelsAgainstTheEnd() throws Exception {
        Execution second = queue("two");
        Thread other = new Thread(() -> turn.end(Verdict.COMPLETED));
        other.start();
        boolean cancelled = true;
        try {
            get(world.executions.cancelQueued(project, second.id(), "ann"));
        } catch (SwitchboardException e) {
            assertEquals(ErrorCode.PROCESS_NOT_FOUND, e.code());
            cancelled = false;
        }
        other.join();
        if (cancelled) {
            awaitIdle();
            assertEquals(List.of("queue:1", "queue:0", "state:IDLE"), recorded());
            assertEquals(0, world.executor.turns.size());
        } else {
            assertEquals(second.id(), world.executor.next().launch.execution());
            assertEquals(List.of(), cancelled());
        }
        assertEquals(cancelled ? List.of(second.id()) : List.of(), cancelled());
        assertEquals(List.of(), queued());
    }

    @RepeatedTest(50)
    @DisplayName("X7 queueing against the end of the run before: whichever comes first, it runs")
    void queuesAgainstTheEnd() throws Exception {
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> turn.end(Verdict.COMPLETED));
        Execution second = queue("two");
        ended.join();
        assertEquals(second.id(), world.executor.next().launch.execution());
        assertEquals(List.of(), queued());
        assertEquals(ProjectState.EXECUTING, state());
    }

    @RepeatedTest(20)
    @DisplayName("X7 of many who queue at once each gets a place of its own, and they run in the order of the places")
    void queuesAtOnce() throws Exception {
        List<CompletionStage<Execution>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(world.queue(project, "n" + i));
        }
        List<ExecutionId> places = new ArrayList<>(java.util.Collections.nCopies(8, null));
        for (CompletionStage<Execution> each : asked) {
            Execution run = get(each);
            places.set(run.position() - 1, run.id());
        }
        assertEquals(places, queued());
        for (ExecutionId next : places) {
            assertEquals(next, finish().launch.execution());
        }
    }

    @Test
    @DisplayName("X7 an interrupt ends the turn, and the next one begins")
    void interruptGoesOn() throws Exception {
        Execution second = queue("two");
        CompletionStage<Execution> over = world.executions.interrupt(project, "ann");
        await("asked", () -> turn.interrupts.get() == 1);
        turn.end(Verdict.INTERRUPTED);
        assertEquals(first.id(), get(over).id());
        assertEquals(second.id(), world.executor.next().launch.execution());
        assertEquals(List.of("queue:1", "state:IDLE", "state:EXECUTING", "prompt", "queue:0"), recorded());
    }

    @Test
    @DisplayName("X7 an interrupt that has to become a kill empties the queue as a kill does")
    void escalatedInterruptEmpties() throws Exception {
        set(ServerSettings.TIMEOUTS_KILL_GRACE, java.time.Duration.ZERO);
        Execution second = queue("two");
        get(world.executions.interrupt(project, "ann"));
        assertEquals(List.of("queue:1", "queue:0", "state:IDLE", "process_killed"), recorded());
        assertEquals(List.of(second.id()), cancelled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "error", "death", "timeout"})
    @DisplayName(
            "X7 a kill or an error takes every run out of the queue, with one queue_update, in the end's own append")
    void empties(String how) throws Exception {
        String timeout = how.equals("timeout") ? "{\"timeout_ms\":30}" : "{}";
        get(world.queue(project, "two", options(timeout), World.OPERATOR));
        List<ExecutionId> waiting = List.of(queue("three").id(), queue("four").id());
        finish();
        switch (how) {
            case "kill" -> get(world.executions.kill(project, "ann"));
            case "error" -> turn.end(Verdict.FAILED);
            case "death" -> turn.end(Verdict.DIED);
            default -> await("timed out", () -> turn.kills.get() > 0);
        }
        awaitIdle();
        List<String> expected = switch (how) {
            case "kill" -> List.of("queue:2", "queue:0", "state:IDLE", "process_killed");
            case "timeout" -> List.of("queue:2", "queue:0", "error:EXECUTION_TIMEOUT", "state:ERROR");
            default -> List.of("queue:2", "queue:0", "error:EXECUTION_FAILED", "state:ERROR");
        };
        List<String> all = recorded();
        assertEquals(expected, all.subList(all.size() - 4, all.size()));
        assertEquals(waiting, cancelled());
        assertEquals(List.of(), queued());
        assertEquals(Set.of(), world.disk.projects.get(project).attributes().keySet());
        assertFalse(Payloads.projectState(world.projects.status(project)).has("queue"));
        assertEquals(0, world.executor.turns.size());
        assertEquals(Execution.Status.STARTED, queue("welcome").status());
    }

    @RepeatedTest(50)
    @DisplayName("X7 a kill that is accepted is the end of all that waited, whatever the run comes to just then")
    void killAgainstTheEnd() throws Exception {
        queue("two");
        turn.diesWhenKilled = false;
        turn.killed.complete(null);
        Thread other = new Thread(() -> turn.end(Verdict.COMPLETED));
        other.start();
        Execution killed = get(world.executions.kill(project, "ann"));
        other.join();
        if (killed.id().equals(first.id())) {
            awaitIdle();
            assertEquals(List.of("queue:1", "queue:0", "state:IDLE", "process_killed"), recorded());
        } else {
            // The first was over already: the kill was for the second.
            assertEquals(
                    List.of("state:EXECUTING", "prompt", "queue:0", "state:IDLE", "process_killed"),
                    recorded().subList(2, 7));
        }
        assertEquals(ProjectState.IDLE, state());
        assertEquals(List.of(), queued());
    }

    @Test
    @DisplayName("X7 a turn that the agent begins by itself comes before what waits")
    void agentsOwnTurnFirst() throws Exception {
        Execution second = queue("two");
        world.executor.occupied = true;
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        AgentListener own = turn.listener.nextTurn(turn);
        get(own.on(List.of(new AgentEvent.Line("assistant", Content.of("{}"), Optional.empty()))));
        assertEquals(ProjectState.EXECUTING, state());
        assertEquals(List.of(second.id()), queued());
        world.executor.occupied = false;
        get(own.on(List.of(ScriptedExecutor.Turn.ended(Verdict.COMPLETED))));
        assertEquals(second.id(), world.executor.next().launch.execution());
        assertEquals(
                List.of(
                        "queue:1",
                        "state:IDLE",
                        "state:EXECUTING",
                        "assistant",
                        "state:IDLE",
                        "state:EXECUTING",
                        "prompt",
                        "queue:0"),
                recorded());
    }
}
