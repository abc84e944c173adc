package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.AgentEvent.Verdict;
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
        FakeCustodian custodian = new FakeCustodian(project, first.id());
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
            }
        }
        restart(disk);
        recover();
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
        disk.projects.computeIfPresent(
                project, (id, before) -> before.withAttribute(name, java.util.Optional.of("{}\n\"x\"")));
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
