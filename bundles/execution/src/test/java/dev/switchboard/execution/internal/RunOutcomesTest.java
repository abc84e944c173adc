package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OptionsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run comes to: what its turn ended with, against what was done to it before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunOutcomesTest {
    @TempDir
    static Path directory;

    private World world;
    private int projects;

    @BeforeAll
    void begin() {
        world = new World(new MemoryStores(), directory);
        world.executor.mortal = false;
        // After that an interrupt becomes a kill: not in this test, however slow the machine.
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_KILL_GRACE, Duration.ofMinutes(1)));
    }

    @AfterAll
    void end() throws Exception {
        world.close();
    }

    @ParameterizedTest
    @DisplayName("X4 X5 X7 the outcome of each end of a turn after whatever was done to the run")
    @CsvSource({
        "COMPLETED,   nothing,            COMPLETED",
        "INTERRUPTED, nothing,            INTERRUPTED",
        "FAILED,      nothing,            FAILED",
        "DIED,        nothing,            FAILED",
        "COMPLETED,   executor left,      COMPLETED",
        "FAILED,      executor left,      FAILED",
        "DIED,        executor left,      FAILED",
        "COMPLETED,   kill,               KILLED",
        "INTERRUPTED, kill,               KILLED",
        "FAILED,      kill,               KILLED",
        "DIED,        kill,               KILLED",
        "COMPLETED,   interrupt,          INTERRUPTED",
        "INTERRUPTED, interrupt,          INTERRUPTED",
        "FAILED,      interrupt,          INTERRUPTED",
        "DIED,        interrupt,          INTERRUPTED",
        "COMPLETED,   timeout,            TIMED_OUT",
        "INTERRUPTED, timeout,            TIMED_OUT",
        "FAILED,      timeout,            TIMED_OUT",
        "DIED,        timeout,            TIMED_OUT",
        "INTERRUPTED, interrupt and kill, KILLED",
        "DIED,        timeout and kill,   KILLED",
        "DIED,        kill twice,         KILLED"
    })
    void comesTo(Verdict verdict, String done, Result expected) throws Exception {
        ProjectId project = world.create(directory, "p" + ++projects);
        get(world.execute(project, options(done), World.OPERATOR));
        ScriptedExecutor.Turn turn = world.executor.next();
        List<CompletionStage<Execution>> waiting = act(done, verdict, project, turn);
        get(turn.end(verdict));
        turn.killed.complete(null);
        for (CompletionStage<Execution> each : waiting) {
            get(each);
        }
        await("ended", () -> outcome(project).isPresent());
        assertEquals(expected, outcome(project).orElseThrow());
        assertEquals(records(expected), world.recorded(project));
        ProjectState state =
                expected == Result.FAILED || expected == Result.TIMED_OUT ? ProjectState.ERROR : ProjectState.IDLE;
        assertEquals(state, world.projects.status(project).state());
        assertEquals(0, world.executions.stats().active());
    }

    private static ExecutionOptions options(String done) throws Exception {
        String json = done.startsWith("timeout") ? "{\"options\":{\"timeout_ms\":1}}" : "{}";
        return OptionsReader.read(Fields.of((ObjectNode) Json.read(json.getBytes())), ExecutionOptions.Ask.DENY);
    }

    /** Does it to the run, and returns whoever waits for its end. */
    private List<CompletionStage<Execution>> act(
            String done, Verdict verdict, ProjectId project, ScriptedExecutor.Turn turn) throws Exception {
        List<CompletionStage<Execution>> waiting = new ArrayList<>();
        ProjectActor actor = world.projects.actor(project);
        for (String each : done.split(" and ")) {
            switch (each) {
                case "executor left" ->
                    actor.execute(() -> {
                        actor.run().orElseThrow().executorLeft(world.executor);
                        turn.end(verdict); // at once, however slow the machine
                    });
                case "interrupt" -> {
                    waiting.add(world.executions.interrupt(project, "ann"));
                    await("asked to stop", () -> turn.interrupts.get() == 1);
                }
                case "timeout" -> await("ended for the timeout", () -> turn.kills.get() == 1);
                case "kill", "kill twice" -> {
                    waiting.add(world.executions.kill(project, "ann"));
                    if (each.equals("kill twice")) {
                        waiting.add(world.executions.kill(project, "otto"));
                    }
                    await("being ended", () -> turn.kills.get() == 1);
                }
                default -> {}
            }
        }
        // Whatever was asked is queued before the end of the turn is.
        get(actor.ask(() -> null));
        return waiting;
    }

    private Optional<Result> outcome(ProjectId project) {
        return world.events.stream()
                .filter(ExecutionEvent.Ended.class::isInstance)
                .filter(event -> event.project().equals(project))
                .map(event -> ((ExecutionEvent.Ended) event).outcome().result())
                .findFirst();
    }

    private static List<String> records(Result result) {
        List<String> all = new ArrayList<>(List.of("state:EXECUTING", "prompt"));
        all.addAll(
                switch (result) {
                    case COMPLETED, INTERRUPTED -> List.of("state:IDLE");
                    case KILLED -> List.of("state:IDLE", "process_killed");
                    case FAILED -> List.of("error:EXECUTION_FAILED", "state:ERROR");
                    case TIMED_OUT -> List.of("error:EXECUTION_TIMEOUT", "state:ERROR");
                });
        return all;
    }
}
