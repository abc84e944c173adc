package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Until when the agent's provider answers nothing, as a project knows it. */
class LimitedUntilTest {
    private static final Optional<Instant> UNTIL = Optional.of(Instant.parse("2026-01-31T12:00:00Z"));

    @TempDir
    Path directory;

    private World world;
    private ProjectId project;

    @BeforeEach
    void begin() throws Exception {
        world = new World(new MemoryStores(), directory);
        project = world.create(directory, "p");
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private void run(Verdict verdict, AgentEvent... events) throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(turn.on(events));
        get(turn.end(verdict));
        await("over", () -> world.projects.status(project).execution().isEmpty());
    }

    private Optional<Instant> limit() {
        return world.projects.status(project).limitedUntil();
    }

    @Test
    @DisplayName("X1 a limit stays known through failures, until the agent says another, or that there is none")
    void staysUntilItIsLifted() throws Exception {
        assertEquals(Optional.empty(), limit());
        run(Verdict.FAILED, new AgentEvent.Limited(UNTIL));
        assertEquals(UNTIL, limit());
        run(Verdict.DIED, new AgentEvent.Alive());
        assertEquals(UNTIL, limit());
        Optional<Instant> later = UNTIL.map(until -> until.plusSeconds(1));
        run(Verdict.FAILED, new AgentEvent.Limited(later));
        assertEquals(later, limit());
        run(Verdict.INTERRUPTED, new AgentEvent.Limited(Optional.empty()));
        assertEquals(Optional.empty(), limit());
    }

    @Test
    @DisplayName("X1 what was answered is not limited any more")
    void endsWithAnAnswer() throws Exception {
        run(Verdict.FAILED, new AgentEvent.Limited(UNTIL));
        run(Verdict.COMPLETED, new AgentEvent.Alive());
        assertEquals(Optional.empty(), limit());
    }
}
