package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {
    @TempDir
    Path directory;

    private World world;
    private DiskWatch watch;

    @BeforeEach
    void begin() {
        world = new World(new MemoryStores(), directory);
        watch = new DiskWatch(world.services.admission(), world.projects.roster());
        reserve(0);
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private void reserve(long bytes) {
        world.settings.set(world.settings.get().with(ServerSettings.DISK_RESERVE_BYTES, bytes));
    }

    @Test
    @DisplayName(
            "M5 runs are stopped when the disk is low, their agents with them, and told why; then work goes on by itself")
    void stopsRuns() throws Exception {
        ProjectId idle = world.create(directory, "idle");
        ProjectId first = world.create(directory, "first");
        ProjectId second = world.create(directory, "second");
        get(world.execute(first));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(world.execute(second));
        ScriptedExecutor.Turn other = world.executor.next();
        get(turn.lines(2));
        watch.check();
        get(other.lines(1));
        assertEquals(0, turn.kills.get());

        reserve(Long.MAX_VALUE);
        watch.check();
        watch.check();
        World.await("stopped", () -> world.projects.status(second).state() == ProjectState.ERROR);
        World.await("stopped", () -> world.projects.status(first).state() == ProjectState.ERROR);
        assertEquals(1, turn.kills.get());
        assertEquals(1, other.kills.get());
        assertEquals(
                List.of("state:EXECUTING", "prompt", "assistant", "assistant", "error:DISK_SPACE_LOW", "state:ERROR"),
                world.recorded(first));
        assertEquals(
                ErrorCode.DISK_SPACE_LOW,
                world.projects
                        .status(second)
                        .project()
                        .lastError()
                        .orElseThrow()
                        .code());
        assertEquals(List.of(), world.recorded(idle));
        World.failure(ErrorCode.DISK_SPACE_LOW, world.execute(idle));

        reserve(0);
        watch.check();
        get(world.execute(first));
        watch.check();
        get(world.executor.next().end(Verdict.COMPLETED));
        assertEquals(ProjectState.IDLE, world.projects.status(first).state());
    }

    @Test
    @DisplayName(
            "M5 a record that does not fit stops the runs, though there may be space again when the disk is looked at")
    void stopsRunsWhenItWasFull() throws Exception {
        ProjectId writing = world.create(directory, "writing");
        ProjectId silent = world.create(directory, "silent");
        get(world.execute(writing));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(world.execute(silent));
        ScriptedExecutor.Turn other = world.executor.next();
        get(turn.lines(1));
        world.disk.failing = operation -> {
            if (operation.equals("log.append")) {
                throw new SwitchboardException(ErrorCode.DISK_SPACE_LOW, "full on purpose");
            }
            return false;
        };
        turn.lines(1);
        World.await("noticed", () -> {
            watch.check();
            return turn.kills.get() == 1 && other.kills.get() == 1;
        });
        world.disk.failing = operation -> false;
        for (ProjectId project : List.of(writing, silent)) {
            World.await("ended", () -> world.projects.status(project).state() == ProjectState.ERROR);
        }
        assertEquals(
                List.of("state:EXECUTING", "prompt", "assistant", "assistant", "error:DISK_SPACE_LOW", "state:ERROR"),
                world.recorded(writing));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:DISK_SPACE_LOW", "state:ERROR"), world.recorded(silent));
        world.services.admission().diskWasFull(); // the last of them could not write its end at first
        get(world.execute(writing));
        watch.check();
        get(world.executor.next().end(Verdict.COMPLETED));
        assertEquals(ProjectState.IDLE, world.projects.status(writing).state());
    }

    @Test
    @DisplayName("M5 an agent that dies while the disk is low ends its run with that reason, not with an exit code")
    void toldAsTheReason() throws Exception {
        ProjectId project = world.create(directory, "project");
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        reserve(Long.MAX_VALUE);
        get(turn.end(Verdict.DIED));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:DISK_SPACE_LOW", "state:ERROR"), world.recorded(project));
    }
}
