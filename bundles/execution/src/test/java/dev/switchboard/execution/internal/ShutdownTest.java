package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private World world;

    @BeforeEach
    void open() {
        world = new World(new MemoryStores(), directory);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    @DisplayName("H5 X4 runs that are active are killed, and that is recorded; whoever is idle is left alone")
    void endsRuns() throws Exception {
        ProjectId idle = world.create(directory, "idle");
        ProjectId busy = world.create(directory, "busy");
        World.get(world.execute(busy));
        ScriptedExecutor.Turn turn = world.executor.next();
        Shutdown.endRuns(world.projects.roster(), world.executions, BOUND);
        assertEquals(1, turn.kills.get());
        assertEquals(ProjectState.IDLE, world.projects.status(busy).state());
        List<String> recorded = world.recorded(busy);
        assertEquals(List.of("state:IDLE", "process_killed"), recorded.subList(recorded.size() - 2, recorded.size()));
        assertEquals(List.of(), world.recorded(idle));
        Shutdown.endRuns(world.projects.roster(), world.executions, BOUND);
        assertEquals(1, turn.kills.get(), "a second time there is nothing to do");
    }

    @Test
    @DisplayName("H5 a run that does not end in time is left to the next start")
    void bounded() throws Exception {
        ProjectId project = world.create(directory, "busy");
        World.get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.diesWhenKilled = false;
        Shutdown.endRuns(world.projects.roster(), world.executions, Duration.ofMillis(50));
        assertEquals(ProjectState.EXECUTING, world.projects.status(project).state());
        turn.end(Verdict.DIED);
        turn.killed.complete(null);
        World.await("it has ended", () -> world.projects.status(project).state() == ProjectState.IDLE);
    }

    @Test
    @DisplayName("H5 X7 agents that wait for another turn are ended, of each project by its own executor")
    void endsIdleAgents() throws Exception {
        ScriptedExecutor other = new ScriptedExecutor();
        world.executors.add(other, Map.of(AgentExecutor.NAME, "other"));
        ProjectId one = world.create(directory, "one");
        ProjectId two = world.create(directory, "two");
        World.get(world.projects.configure(two, ProjectChange.ofExecutor("other")));
        world.executor.forgotten.clear();
        Shutdown.endIdleAgents(world.projects.roster(), world.executors, world.services.endings());
        assertEquals(Set.of(one), Set.copyOf(world.executor.forgotten));
        assertEquals(Set.of(two), Set.copyOf(other.forgotten));
    }

    @Test
    @DisplayName("H5 X7 a stop waits for the agents of projects that were deleted or begin anew")
    void waitsForTheForgotten() throws Exception {
        ProjectId deleted = world.create(directory, "deleted");
        ProjectId renewed = world.create(directory, "renewed");
        world.executor.gone = new CompletableFuture<>();
        World.get(world.projects.delete(deleted));
        World.get(world.executions.newSession(renewed, SessionChoice.fresh(), "somebody"));
        assertEquals(List.of(deleted, renewed), world.executor.forgotten);
        CompletableFuture<Void> ended = world.services.endings().all();
        assertFalse(ended.isDone());
        world.executor.gone.completeExceptionally(new IllegalStateException("custody is stopping"));
        World.get(ended);
        assertTrue(world.services.endings().all().isDone());
    }

    @Test
    @DisplayName("H5 a project whose executor has gone does not keep the others' agents alive")
    void executorGone() throws Exception {
        ProjectId one = world.create(directory, "one");
        ProjectId two = world.create(directory, "two");
        World.get(world.projects.configure(two, ProjectChange.ofExecutor("gone")));
        world.executor.forgotten.clear();
        Shutdown.endIdleAgents(world.projects.roster(), world.executors, world.services.endings());
        assertTrue(world.executor.forgotten.contains(one));
    }
}
