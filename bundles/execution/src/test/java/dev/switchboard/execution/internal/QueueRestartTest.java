package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.message.Message;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a queue is after the server's death: its disk is looked at as it was at some moment, by another server. */
class QueueRestartTest extends QueueTestBase {
    private World next;

    @AfterEach
    void endNext() throws Exception {
        if (next != null) {
            next.close();
        }
    }

    /** The disk as it is now. */
    private MemoryStores copy() {
        MemoryStores copy = new MemoryStores();
        copy.projects.putAll(world.disk.projects);
        copy.records.putAll(Map.of(project, new ArrayList<>(world.disk.of(project))));
        return copy;
    }

    private void restart(MemoryStores disk) {
        next = new World(disk, directory);
        next.settings.set(world.settings.get());
    }

    private void recover() {
        recover(first.id());
    }

    /** @param of the run whose agent is still there */
    private void recover(ExecutionId of) {
        FakeCustodian custodian = new FakeCustodian(project, of);
        next.custodian.set(custodian);
        new Recovery(next.services, next.projects.roster()).run(custodian);
    }

    private List<ExecutionId> waiting() {
        return next.projects.status(project).queue().stream()
                .map(QueuedExecution::id)
                .toList();
    }

    private List<String> recordedNext() {
        List<String> all = next.recorded(project);
        return all.subList(2, all.size());
    }

    @Test
    @DisplayName("X7 X8 what waited goes on behind the run that the restart ended, with prompt, options and asker")
    void goesOn() throws Exception {
        ExecutionOptions options = options("{\"model\":\"opus\",\"mcp_config\":{\"a\":{\"env\":{\"K\":\"s\"}}}}");
        Execution second = get(world.queue(project, "two \u00e9 \ud83d\ude00", options, World.OPERATOR));
        Execution third = queue("three");
        List<QueuedExecution> shown = world.projects.status(project).queue();
        restart(copy());
        assertEquals(shown, next.projects.status(project).queue(), "shown before anything is recovered");
        assertEquals(0, next.executor.turns.size());
        recover();
        ScriptedExecutor.Turn begun = next.executor.next();
        assertEquals(second.id(), begun.launch.execution());
        assertEquals(options, begun.launch.options());
        assertEquals("\"two \u00e9 \ud83d\ude00\"", text(begun.launch.prompt().json()));
        assertEquals("otto", data(next.disk.of(project).get(7)).get("by").asText());
        assertEquals(List.of(third.id()), waiting());
        get(begun.end(Verdict.COMPLETED));
        assertEquals(third.id(), next.executor.next().launch.execution());
        assertEquals(
                List.of(
                        "queue:1",
                        "queue:2",
                        "error:EXECUTION_FAILED",
                        "state:ERROR",
                        "state:EXECUTING",
                        "prompt",
                        "queue:1",
                        "state:IDLE",
                        "state:EXECUTING",
                        "prompt",
                        "queue:0"),
                recordedNext());
    }

    @Test
    @DisplayName("X7 what waited behind nothing begins once it is known that nothing is left behind")
    void goesOnWhenIdle() throws Exception {
        Execution second = queue("two");
        world.executors.remove(world.executor);
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        restart(copy());
        next.projects.roster().all().forEach(actor -> actor.execute(actor.queue()::next));
        Execution third = get(next.queue(project, "three"));
        assertEquals(2, third.position());
        World.failure(ErrorCode.PROCESS_ACTIVE, next.execute(project));
        assertEquals(0, next.executor.turns.size());
        recover();
        ScriptedExecutor.Turn begun = next.executor.next();
        assertEquals(second.id(), begun.launch.execution());
        get(begun.end(Verdict.COMPLETED));
        assertEquals(third.id(), next.executor.next().launch.execution());
    }

    @Test
    @DisplayName("X7 H5 an orderly stop kills the run and keeps what waits")
    void orderlyStop() throws Exception {
        Execution second = queue("two");
        world.services.admission().close();
        Shutdown.endRuns(world.projects.roster(), world.executions, Duration.ofSeconds(10));
        Shutdown.endRuns(world.projects.roster(), world.executions, Duration.ofSeconds(10));
        assertEquals(List.of("queue:1", "state:IDLE", "process_killed"), recorded());
        World.failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.kill(project, "server"));
        assertEquals(List.of(second.id()), queued());
        restart(copy());
        recover();
        assertEquals(second.id(), next.executor.next().launch.execution());
    }

    @Test
    @DisplayName(
            "X7 a kill that somebody asked for before the stop empties the queue although its run ends in the stop")
    void killBeforeTheStop() throws Exception {
        queue("two");
        turn.diesWhenKilled = false;
        var kill = world.executions.kill(project, "ann");
        await("asked", () -> turn.kills.get() == 1);
        world.services.admission().close();
        turn.end(Verdict.DIED);
        turn.killed.complete(null);
        get(kill);
        assertEquals(List.of("queue:1", "queue:0", "state:IDLE", "process_killed"), recorded());
    }

    /** The moments of a crash, by how many of the records and which of the attributes had reached the disk. */
    @ParameterizedTest
    @ValueSource(strings = {"kept, not shown", "started, still kept", "cancelled, still kept", "started, record torn"})
    @DisplayName("X7 X8 a crash in between loses no run that was acknowledged, and runs none twice")
    void crashes(String moment) throws Exception {
        Execution second = queue("two");
        Project withSecond = world.disk.projects.get(project);
        MemoryStores disk;
        List<ExecutionId> expected;
        ExecutionId agent = first.id();
        switch (moment) {
            case "kept, not shown" -> {
                queue("three");
                disk = copy();
                disk.records.get(project).remove(3); // nobody was told that it waits
                expected = List.of(second.id());
            }
            case "started, still kept" -> {
                finish();
                disk = copy();
                disk.projects.put(project, withSecond);
                expected = List.of();
                agent = second.id();
            }
            case "cancelled, still kept" -> {
                get(world.executions.cancelQueued(project, second.id(), "ann"));
                disk = copy();
                disk.projects.put(project, withSecond);
                expected = List.of();
            }
            default -> {
                finish();
                disk = copy();
                disk.projects.put(project, withSecond);
                disk.records.get(project).remove(6); // EXECUTING and prompt, but not the queue without it
                expected = List.of();
                agent = second.id();
            }
        }
        restart(disk);
        recover(agent);
        if (expected.isEmpty()) {
            await(
                    "dropped",
                    () -> waiting().isEmpty()
                            && next.projects.status(project).execution().isEmpty());
            assertEquals(0, next.executor.turns.size());
            assertEquals(ProjectState.ERROR, next.projects.status(project).state());
        } else {
            assertEquals(expected.get(0), next.executor.next().launch.execution());
            assertEquals(List.of(), waiting());
        }
        await("forgotten", () -> disk.projects.get(project).attributes().isEmpty());
    }

    /** A disk on which the second run has begun and is still kept, so that its agent was never launched. */
    private MemoryStores unlaunched(ExecutionOptions options) throws Exception {
        get(world.queue(project, "two", options, World.OPERATOR));
        Project withSecond = world.disk.projects.get(project);
        finish();
        MemoryStores disk = copy();
        disk.projects.put(project, withSecond);
        return disk;
    }

    @Test
    @DisplayName("X7 X8 a run that left the queue and never had an agent is given one, with its prompt and options")
    void launchesLeftBehind() throws Exception {
        ExecutionOptions options = options("{\"model\":\"opus\"}");
        restart(unlaunched(options));
        next.executors.remove(next.executor);
        recover();
        await("looked for", () -> waiting().isEmpty());
        assertEquals(0, next.executor.turns.size());
        assertEquals(ProjectState.EXECUTING, next.projects.status(project).state());
        next.executors.add(next.executor, Map.of(AgentExecutor.NAME, "claude"));
        next.projects.roster().all().forEach(actor -> actor.execute(actor.queue()::next));
        ScriptedExecutor.Turn begun = next.executor.next();
        assertEquals(turn.launch.execution(), begun.launch.execution());
        assertEquals(options, begun.launch.options());
        assertEquals("\"two\"", text(begun.launch.prompt().json()));
        await("forgotten", () -> next.disk.projects.get(project).attributes().isEmpty());
        get(begun.end(Verdict.COMPLETED));
        await("idle", () -> next.projects.status(project).state() == ProjectState.IDLE);
        assertEquals(
                List.of("queue:1", "state:IDLE", "state:EXECUTING", "prompt", "queue:0", "state:IDLE"), recordedNext());
        assertEquals(0, next.executor.turns.size(), "once");
    }

    @Test
    @DisplayName("X7 X8 a kill while such a run waits for its executor ends it, and it is never launched")
    void killsUnlaunched() throws Exception {
        restart(unlaunched(ExecutionOptions.none()));
        next.executors.remove(next.executor);
        recover();
        await("looked for", () -> waiting().isEmpty());
        get(next.executions.kill(project, "ann"));
        await("forgotten", () -> next.disk.projects.get(project).attributes().isEmpty());
        next.executors.add(next.executor, Map.of(AgentExecutor.NAME, "claude"));
        get(next.execute(project));
        assertEquals(
                get(next.executions.kill(project, "ann")).id(),
                next.executor.next().launch.execution());
        assertEquals(0, next.executor.turns.size());
    }

    @Test
    @DisplayName("X7 X8 such a run that may not be any more fails as one that begins, and says why")
    void refusesUnlaunched() throws Exception {
        restart(unlaunched(ExecutionOptions.none()));
        next.executor.unavailable = Optional.of("no CLI");
        recover();
        await("over", () -> next.projects.status(project).state() == ProjectState.ERROR);
        assertEquals(
                List.of("error:CLAUDE_NOT_FOUND", "state:ERROR"), recordedNext().subList(5, 7));
        await("forgotten", () -> next.disk.projects.get(project).attributes().isEmpty());
    }

    @Test
    @DisplayName("X7 M4 a log whose records of the queue were removed does not empty it")
    void retention() throws Exception {
        Execution second = queue("two");
        MemoryStores disk = copy();
        Message shown = disk.records.get(project).get(2);
        assertEquals("queue_update", shown.type());
        disk.records.get(project).set(2, disk.records.get(project).get(1));
        restart(disk);
        recover();
        assertEquals(second.id(), next.executor.next().launch.execution());
    }

    @Test
    @DisplayName("P4 what cannot be read of a queue does not run, and keeps nothing else from running")
    void damaged() throws Exception {
        queue("two");
        Execution third = queue("three");
        MemoryStores disk = copy();
        String name = disk.projects.get(project).attributes().keySet().stream()
                .sorted()
                .findFirst()
                .orElseThrow();
        disk.projects.computeIfPresent(project, (id, before) -> before.withAttribute(name, Optional.of("{}\n\"x\"")));
        restart(disk);
        recover();
        assertEquals(third.id(), next.executor.next().launch.execution());
        await("forgotten", () -> disk.projects.get(project).attributes().isEmpty());
    }

    @Test
    @DisplayName("X7 S1 a store that comes back with an older state gets what waits again")
    void reopened() throws Exception {
        Project before = world.disk.projects.get(project);
        Execution second = queue("two");
        world.disk.projects.put(project, before);
        world.removeLog();
        world.bringLogBack();
        await("kept", () -> !world.disk.projects.get(project).attributes().isEmpty());
        assertEquals(List.of(second.id()), queued());
        assertEquals(Set.of(), before.attributes().keySet());
        assertFalse(world.disk.projects.get(project).attributes().isEmpty());
        assertEquals(second.id(), finish().launch.execution());
    }
}
