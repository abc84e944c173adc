package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs whose executor leaves, and of their agents. */
class LeavingExecutorTest {
    @TempDir
    Path directory;

    private World world;
    private FakeCustodian custodian;

    @BeforeEach
    void begin() {
        world = new World(new MemoryStores(), directory);
        custodian = new FakeCustodian(ProjectId.random(), ExecutionId.random());
        world.custodian.set(custodian);
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private ScriptedExecutor.Turn run(ProjectId project, String agent) throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.agent = agent;
        return turn;
    }

    /** As the component tells them: all that there are. */
    private void leave() {
        world.executors.remove(world.executor);
        for (ProjectActor actor : world.projects.roster().all()) {
            actor.execute(() -> actor.run().ifPresent(run -> run.executorLeft(world.executor)));
        }
    }

    private static void pass(CountDownLatch gate) {
        try {
            assertTrue(gate.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean executing(ProjectId project) {
        return world.projects.status(project).state() == ProjectState.EXECUTING;
    }

    private void assertEnded(String agent) {
        assertTrue(custodian.calls.contains("terminate " + agent), () -> agent + " lives on: " + custodian.calls);
        assertTrue(custodian.calls.contains("release " + agent), () -> agent + " is kept: " + custodian.calls);
    }

    @Test
    @DisplayName("S1 X4 a kill that the leaving executor no longer carries out is carried out by custody")
    void killsThroughCustody() throws Exception {
        ProjectId lost = world.create(directory, "lost");
        ScriptedExecutor.Turn done = run(lost, "said to be done");
        done.diesWhenKilled = false;
        done.killed.complete(null); // what an executor says that has let go of the agent already
        CompletionStage<Execution> first = world.executions.kill(lost, "ann");
        await("asked", () -> done.kills.get() == 1);

        ProjectId silent = world.create(directory, "silent");
        ScriptedExecutor.Turn hangs = run(silent, "never done");
        hangs.diesWhenKilled = false;
        CompletionStage<Execution> second = world.executions.kill(silent, "ann");
        await("asked", () -> hangs.kills.get() == 1);

        ProjectId late = world.create(directory, "late");
        ScriptedExecutor.Turn after = run(late, "killed afterwards");
        after.diesWhenKilled = false;
        after.killed.complete(null);

        leave();
        CompletionStage<Execution> third = world.executions.kill(late, "ann");
        List<String> killed = List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed");
        for (CompletionStage<Execution> kill : List.of(first, second, third)) {
            get(kill);
        }
        for (ProjectId project : List.of(lost, silent, late)) {
            assertEquals(killed, world.recorded(project));
        }
        for (ScriptedExecutor.Turn turn : List.of(done, hangs, after)) {
            assertEnded(turn.agent);
        }
        assertEquals(0, world.executions.stats().active());
    }

    @Test
    @DisplayName("S1 X7 a turn of the agent's own does not stay EXECUTING either, nor one that begins too late")
    void endsTurnsOfTheAgentsOwn() throws Exception {
        ProjectId running = world.create(directory, "running");
        ScriptedExecutor.Turn turn = run(running, "own");
        get(turn.end(Verdict.COMPLETED));
        AgentListener own = turn.listener.nextTurn(turn);
        get(own.on(List.of(new AgentEvent.Line("assistant", Content.of("{}"), Optional.empty()))));
        assertTrue(executing(running));

        ProjectId waiting = world.create(directory, "waiting");
        ScriptedExecutor.Turn earlier = run(waiting, "earlier");
        ScriptedExecutor.Turn next = new ScriptedExecutor.Turn(earlier.launch, earlier.listener);
        next.agent = "too late";
        CompletionStage<Void> held = earlier.listener
                .nextTurn(next)
                .on(List.of(new AgentEvent.Line("assistant", Content.of("{}"), Optional.empty())));
        world.executors.remove(world.executor);
        get(earlier.end(Verdict.COMPLETED));
        get(held); // nobody tells this run, which begins only now, that its executor has left
        ProjectActor actor = world.projects.actor(running);
        actor.execute(() -> actor.run().orElseThrow().executorLeft(world.executor));

        List<String> ownRun = List.of("state:EXECUTING", "assistant", "error:EXECUTION_FAILED", "state:ERROR");
        for (ProjectId project : List.of(running, waiting)) {
            await("over", () -> world.projects.status(project).state() == ProjectState.ERROR);
            assertEquals(ownRun, world.recorded(project).subList(3, 7));
        }
        assertEnded("own");
        assertEnded("too late");
        assertFalse(custodian.calls.contains("terminate earlier"));
    }

    @Test
    @DisplayName("S1 custody that fails at first is asked again; the run does not end before its agent")
    void triesAgain() throws Exception {
        ProjectId project = world.create(directory, "p");
        run(project, "agent");
        custodian.failures.set(1);
        leave();
        await("over", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertEquals(List.of("terminate agent", "terminate agent", "release agent"), custodian.calls);
    }

    @Test
    @DisplayName(
            "H5 a server that is being stopped ends the run although custody is gone: there is no time to try again")
    void stopsWithoutCustody() throws Exception {
        ProjectId project = world.create(directory, "p");
        ScriptedExecutor.Turn turn = run(project, "agent");
        turn.diesWhenKilled = false;
        world.custodian.set(null);
        world.services.admission().close();
        CompletionStage<Execution> kill = world.executions.kill(project, "server");
        leave();
        get(kill);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed"), world.recorded(project));
    }

    @Test
    @DisplayName("S1 a run whose turn ends in time ends as it did, and another executor's run goes on")
    void leavesOthersAlone() throws Exception {
        ProjectId ends = world.create(directory, "ends");
        ProjectId stays = world.create(directory, "stays");
        ScriptedExecutor.Turn turn = run(ends, "ends");
        ScriptedExecutor other = new ScriptedExecutor();
        world.executors.add(other, Map.of("executor.name", "other"));
        get(world.projects.configure(stays, ProjectChange.ofExecutor("other")));
        get(world.execute(stays));
        CountDownLatch gate = new CountDownLatch(1);
        world.projects
                .actor(ends)
                .execute(() -> pass(gate)); // so that the end follows at once, however slow the machine
        leave();
        CompletionStage<Void> ended = turn.end(Verdict.COMPLETED);
        gate.countDown();
        get(ended);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(ends));
        get(other.next().end(Verdict.COMPLETED));
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(stays));
        assertEquals(List.of(), custodian.calls);
    }
}
