package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps the next run of a queue from beginning: for a while, or for good. */
class QueueWaitTest extends QueueTestBase {
    private static final String NAME = "claude";

    private void executorLeaves() {
        world.executors.remove(world.executor);
    }

    private void executorReturns() {
        world.executors.add(world.executor, Map.of(AgentExecutor.NAME, NAME));
        world.projects.roster().all().forEach(actor -> actor.execute(actor.queue()::next));
    }

    /** A queue of two that waits behind no run, because the executor is away. */
    private List<ExecutionId> waiting() throws Exception {
        List<ExecutionId> ids = List.of(queue("two").id(), queue("three").id());
        executorLeaves();
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        assertEquals(ids, queued());
        assertEquals(List.of("queue:1", "queue:2", "state:IDLE"), recorded());
        return ids;
    }

    @Test
    @DisplayName("X7 S1 while the executor is away the queue waits, and goes on when it is back")
    void waitsForTheExecutor() throws Exception {
        List<ExecutionId> ids = waiting();
        assertEquals(ProjectState.IDLE, state());
        SwitchboardException refused = failure(ErrorCode.PROCESS_ACTIVE, world.execute(project));
        assertTrue(refused.getMessage().contains("queued"), refused.getMessage());
        failure(ErrorCode.EXECUTOR_UNAVAILABLE, world.queue(project, "four"));
        executorReturns();
        turn = world.executor.next();
        assertEquals(ids.get(0), turn.launch.execution());
        assertEquals(ids.get(1), finish().launch.execution());
    }

    @Test
    @DisplayName("X7 S1 an executor that does not tell what it can do is asked again, and no run has begun meanwhile")
    void asksAgain() throws Exception {
        Execution second = queue("two");
        world.executor.silence = new IllegalStateException("leaving");
        get(turn.end(Verdict.COMPLETED));
        assertEquals(second.id(), world.executor.next().launch.execution());
        assertEquals(List.of("queue:1", "state:IDLE", "state:EXECUTING", "prompt", "queue:0"), recorded());
    }

    @Test
    @DisplayName("X7 a project that is given another executor does not wait for the old one")
    void anotherExecutor() throws Exception {
        List<ExecutionId> ids = waiting();
        world.executors.add(world.executor, Map.of(AgentExecutor.NAME, "other"));
        get(world.projects.configure(project, ProjectChange.ofExecutor("other")));
        assertEquals(ids.get(0), world.executor.next().launch.execution());
    }

    @Test
    @DisplayName("X7 a kill while nothing runs takes out what waits; an interrupt has nothing to stop")
    void killsWhatWaits() throws Exception {
        List<ExecutionId> ids = waiting();
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.interrupt(project, "ann"));
        assertEquals(ids, queued());
        Execution killed = get(world.executions.kill(project, "ann"));
        assertEquals(ids.get(0), killed.id());
        assertEquals(List.of("queue:1", "queue:2", "state:IDLE", "queue:0"), recorded());
        assertEquals(ids, cancelled());
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.kill(project, "ann"));
        executorReturns();
        Execution next = queue("next");
        assertEquals(Execution.Status.STARTED, next.status());
        assertEquals(next.id(), world.executor.next().launch.execution());
    }

    @Test
    @DisplayName("X7 another session takes out what waits, with one queue_update")
    void newSession() throws Exception {
        failure(ErrorCode.PROCESS_ACTIVE, world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        List<ExecutionId> ids = waiting();
        get(world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        assertEquals(List.of("queue:1", "queue:2", "state:IDLE", "queue:0", "session_reset"), recorded());
        assertEquals(ids, cancelled());
        assertEquals(Set.of(), world.disk.projects.get(project).attributes().keySet());
    }

    @Test
    @DisplayName("X7 P3 deleting the project takes out what waits, with one queue_update; not while one runs")
    void delete() throws Exception {
        queue("one");
        failure(ErrorCode.PROCESS_ACTIVE, world.projects.delete(project));
        assertEquals(1, queued().size());
        List<ExecutionId> ids = queued();
        executorLeaves();
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        get(world.projects.delete(project));
        assertEquals(ids, cancelled());
        assertEquals("queue:0", World.brief(world.told(project).get(4)));
        assertEquals(5, world.told(project).size());
        executorReturns();
        assertEquals(Set.of(), world.disk.projects.keySet());
        assertEquals(0, world.executor.turns.size());
    }

    @Test
    @DisplayName("X7 P3 a project whose log is away can be deleted all the same")
    void deleteWithoutLog() throws Exception {
        waiting();
        world.disk.failing = "log.append"::equals;
        get(world.projects.delete(project));
        assertEquals(Set.of(), world.disk.projects.keySet());
    }

    @Test
    @DisplayName(
            "X7 X3 at the limit of parallel runs queues wait in their order; nobody who comes later is let in first")
    void waitsForRoom() throws Exception {
        List<ProjectId> projects = new ArrayList<>(List.of(project));
        List<ScriptedExecutor.Turn> turns = new ArrayList<>(List.of(turn));
        for (String name : List.of("q", "r")) {
            ProjectId next = world.create(directory, name);
            projects.add(next);
            get(world.execute(next));
            turns.add(world.executor.next());
        }
        List<ExecutionId> waiting = new ArrayList<>();
        for (ProjectId each : projects) {
            waiting.add(get(world.queue(each, "next")).id());
        }
        ProjectId latecomer = world.create(directory, "late");
        set(ServerSettings.LIMITS_EXECUTIONS, 1);
        get(turns.get(2).end(Verdict.COMPLETED));
        get(turns.get(1).end(Verdict.COMPLETED));
        await("idle", () -> world.executions.stats().active() == 1);
        failure(ErrorCode.RESOURCE_LIMIT, world.execute(latecomer));
        assertEquals(0, world.executor.turns.size());

        // The one whose own run ends now waits behind the two others.
        get(turn.end(Verdict.COMPLETED));
        for (int expected : List.of(2, 1, 0)) {
            ScriptedExecutor.Turn next = world.executor.next();
            assertEquals(waiting.get(expected), next.launch.execution());
            assertEquals(0, world.executor.turns.size());
            failure(ErrorCode.RESOURCE_LIMIT, world.execute(latecomer));
            get(next.end(Verdict.COMPLETED));
        }
        await("all over", () -> world.executions.stats().active() == 0);
        assertEquals(6, world.executions.stats().total());
        get(world.execute(latecomer));
    }

    @Test
    @DisplayName("X7 X3 room that a cancelled run waited for is given to the next who waits")
    void passesRoomOn() throws Exception {
        ProjectId other = world.create(directory, "q");
        ProjectId third = world.create(directory, "r");
        get(world.execute(other));
        ScriptedExecutor.Turn theirs = world.executor.next();
        get(world.execute(third));
        ScriptedExecutor.Turn blocking = world.executor.next();
        Execution mine = queue("mine");
        Execution yours = get(world.queue(other, "yours"));
        set(ServerSettings.LIMITS_EXECUTIONS, 1);
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        get(theirs.end(Verdict.COMPLETED));
        get(world.executions.cancelQueued(project, mine.id(), "ann"));
        get(blocking.end(Verdict.COMPLETED));
        assertEquals(yours.id(), world.executor.next().launch.execution());
        assertEquals(1, world.executions.stats().active());
    }

    @Test
    @DisplayName("X7 H4 a limit that is raised lets those in who wait")
    void raisedLimit() throws Exception {
        ProjectId other = world.create(directory, "q");
        get(world.execute(other));
        world.executor.next();
        Execution mine = queue("mine");
        set(ServerSettings.LIMITS_EXECUTIONS, 1);
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        set(ServerSettings.LIMITS_EXECUTIONS, 2);
        world.services.admission().serveWaiters();
        assertEquals(mine.id(), world.executor.next().launch.execution());
    }

    @Test
    @DisplayName("X7 a log or registry that is away while a run is queued: refused, and nothing of it waits")
    void storeAway() throws Exception {
        for (String broken : List.of("registry.update", "log.append")) {
            world.disk.failing = broken::equals;
            failure(ErrorCode.STORAGE_UNAVAILABLE, world.queue(project, broken));
            world.disk.failing = operation -> false;
            assertEquals(List.of(), queued());
            assertEquals(Set.of(), world.disk.projects.get(project).attributes().keySet(), broken);
        }
        Execution second = queue("two");
        world.disk.failing = "log.append"::equals;
        failure(ErrorCode.STORAGE_UNAVAILABLE, world.executions.cancelQueued(project, second.id(), "ann"));
        world.disk.failing = operation -> false;
        assertEquals(List.of(second.id()), queued());
        assertEquals(List.of("queue:1"), recorded());
        assertEquals(second.id(), finish().launch.execution());
    }

    @Test
    @DisplayName("X7 S1 a log that goes away between two runs is waited for")
    void logAway() throws Exception {
        List<ExecutionId> ids = waiting();
        world.disk.failing = "log.append"::equals;
        executorReturns();
        await("it was tried", () -> world.projects.status(project).queue().size() == 2);
        world.removeLog();
        world.disk.failing = operation -> false;
        world.bringLogBack();
        turn = world.executor.next();
        assertEquals(ids.get(0), turn.launch.execution());
        assertEquals(List.of(ids.get(1)), queued());
        assertEquals(0, world.executor.turns.size());
        assertEquals(1, world.executions.stats().active());
    }

    @Test
    @DisplayName("X7 M5 a low disk is waited out")
    void lowDisk() throws Exception {
        Execution second = queue("two");
        set(ServerSettings.DISK_RESERVE_BYTES, Long.MAX_VALUE);
        failure(ErrorCode.DISK_SPACE_LOW, world.queue(project, "three"));
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        assertEquals(List.of(second.id()), queued());
        set(ServerSettings.DISK_RESERVE_BYTES, 0L);
        assertEquals(second.id(), world.executor.next().launch.execution());
    }

    @Test
    @DisplayName("X7 C4 too many starts within a minute: the queue waits, and can be emptied")
    void startRate() throws Exception {
        set(ServerSettings.LIMITS_EXECUTIONS_PER_MINUTE, 2);
        queue("two");
        Execution third = queue("three");
        finish();
        get(turn.end(Verdict.COMPLETED));
        awaitIdle();
        assertEquals(List.of(third.id()), queued());
        assertEquals(0, world.executor.turns.size());
        get(world.executions.kill(project, "ann"));
        set(ServerSettings.LIMITS_EXECUTIONS_PER_MINUTE, 0);
        assertEquals(Execution.Status.STARTED, queue("four").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVALID_PATH", "CLAUDE_NOT_FOUND", "PERMISSION_DENIED", "VALIDATION_FAILED"})
    @DisplayName("X7 what will not pass makes the next run one that fails at once, and the rest is taken out")
    void refused(String code) throws Exception {
        set(ServerSettings.CLAUDE_BYPASS_ALLOWED, true);
        String mode = code.equals("PERMISSION_DENIED") ? "bypassPermissions" : "plan";
        Execution second =
                get(world.queue(project, "two", options("{\"permission_mode\":\"" + mode + "\"}"), World.ADMIN));
        Execution third = queue("three");
        switch (code) {
            case "INVALID_PATH" -> Files.delete(directory.resolve("p"));
            case "CLAUDE_NOT_FOUND" -> world.executor.unavailable = Optional.of("not installed");
            case "PERMISSION_DENIED" -> set(ServerSettings.CLAUDE_BYPASS_ALLOWED, false);
            default -> world.executor.modes = Set.of("default");
        }
        get(turn.end(Verdict.COMPLETED));
        await("over", () -> state() == ProjectState.ERROR);
        assertEquals(
                List.of(
                        "queue:1",
                        "queue:2",
                        "state:IDLE",
                        "state:EXECUTING",
                        "prompt",
                        "queue:1",
                        "queue:0",
                        "error:" + code,
                        "state:ERROR"),
                recorded());
        assertEquals(
                second.id().toString(),
                data(world.disk.of(project).get(9)).at("/details/execution_id").asText());
        assertEquals(List.of(third.id()), cancelled());
        assertEquals(0, world.executor.turns.size());
        assertEquals(0, world.executions.stats().active());
        assertEquals(Set.of(), world.disk.projects.get(project).attributes().keySet());
    }

    @Test
    @DisplayName(
            "X7 C5 options and role are checked when a run is queued, too; and the role of then counts when it begins")
    void checksRoles() throws Exception {
        failure(
                ErrorCode.PERMISSION_DENIED,
                world.queue(project, "x", options("{\"dangerously_skip_permissions\":true}"), World.ADMIN));
        set(ServerSettings.CLAUDE_BYPASS_ALLOWED, true);
        failure(
                ErrorCode.PERMISSION_DENIED,
                world.queue(project, "x", options("{\"dangerously_skip_permissions\":true}"), World.OPERATOR));
        failure(
                ErrorCode.VALIDATION_FAILED,
                world.queue(project, "x", options("{\"permission_mode\":\"other\"}"), World.OPERATOR));
        failure(
                ErrorCode.VALIDATION_FAILED,
                world.queue(project, "x", options("{\"add_dirs\":[\"/etc\"]}"), World.OPERATOR));
        assertEquals(List.of(), recorded());
        get(world.queue(project, "x", options("{\"dangerously_skip_permissions\":true}"), World.ADMIN));
        assertTrue(finish().launch.options().skipPermissions());
    }
}
