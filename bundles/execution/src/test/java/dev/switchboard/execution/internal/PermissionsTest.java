package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PermissionsTest {
    @TempDir
    Path directory;

    private World world;
    private ProjectId project;
    private ScriptedExecutor.Turn turn;

    @BeforeEach
    void begin() throws Exception {
        world = new World(new MemoryStores(), directory);
        project = world.create(directory, "p");
        get(world.execute(project));
        turn = world.executor.next();
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private static AgentEvent question(String id) {
        return new AgentEvent.PermissionAsked(
                new PermissionRequest(
                        id, "Write", Content.of("{}"), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty());
    }

    private static PermissionAnswer answer(String id, Decision decision) {
        return new PermissionAnswer(id, decision, Optional.empty(), Optional.empty(), false);
    }

    private boolean waiting() throws Exception {
        ProjectActor actor = world.projects.actor(project);
        return get(actor.ask(() -> actor.run().orElseThrow().watchdog().isWaiting()));
    }

    private List<String> open() {
        return world.projects.status(project).pendingPermissions().stream()
                .map(PermissionRequest::permissionId)
                .toList();
    }

    @Test
    @DisplayName("X7 of many who answer at once exactly one is heard, and only that answer is recorded and handed over")
    void oneAnswer() throws Exception {
        get(turn.on(question("q")));
        List<CompletionStage<Long>> asked = IntStream.range(0, 20)
                .parallel()
                .mapToObj(i -> world.executions.answer(
                        project, answer("q", i % 2 == 0 ? Decision.ALLOW : Decision.DENY), "user " + i))
                .toList();
        int heard = 0;
        for (CompletionStage<Long> each : asked) {
            try {
                get(each);
                heard++;
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.VALIDATION_FAILED, e.code());
                assertEquals("permission_id", e.details().get("field"));
            }
        }
        assertEquals(1, heard);
        assertEquals(1, turn.answers.size());
        String decision = turn.answers.get(0).decision() == Decision.ALLOW ? "allow" : "deny";
        assertEquals(
                List.of("state:EXECUTING", "prompt", "permission_request", "resolved:" + decision),
                world.recorded(project));
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("X5 X7 the clock stands as long as any question is open")
    void clockStands() throws Exception {
        assertFalse(waiting());
        get(turn.on(question("q1"), question("q2")));
        assertTrue(waiting());
        assertEquals(List.of("q1", "q2"), open());
        get(world.executions.answer(project, answer("q1", Decision.ALLOW), "ann"));
        assertTrue(waiting());
        get(turn.on(new AgentEvent.PermissionWithdrawn("q2"), new AgentEvent.PermissionWithdrawn("q2")));
        assertFalse(waiting());
        assertEquals(List.of(), open());
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("X7 a kill withdraws what is open; the agent gets no answer and nobody can give one any more")
    void withdrawnByKill() throws Exception {
        get(turn.on(question("q1"), question("q2")));
        get(world.executions.kill(project, "ann"));
        assertEquals(
                List.of(
                        "state:EXECUTING",
                        "prompt",
                        "permission_request",
                        "permission_request",
                        "resolved:withdrawn",
                        "resolved:withdrawn",
                        "state:IDLE",
                        "process_killed"),
                world.recorded(project));
        assertEquals(List.of(), open());
        assertEquals(List.of(), turn.answers);
        failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, answer("q1", Decision.ALLOW), "ann"));
    }

    @Test
    @DisplayName("X7 a question that nobody answers in time is denied; who answers after that is told so")
    void deniedInTime() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_PERMISSION, Duration.ofMillis(1)));
        get(turn.on(question("q")));
        await("denied", () -> turn.answers.size() == 1);
        assertEquals(Decision.DENY, turn.answers.get(0).decision());
        failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, answer("q", Decision.ALLOW), "ann"));
        assertEquals(1, turn.answers.size());
        assertFalse(waiting());
        get(turn.end(Verdict.COMPLETED));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "permission_request", "resolved:deny", "state:IDLE"),
                world.recorded(project));
    }

    @Test
    @DisplayName("S1 X7 an answer that cannot be recorded is refused, and the question stays open for the next one")
    void answerWithoutLog() throws Exception {
        get(turn.on(question("q")));
        world.removeLog();
        failure(ErrorCode.STORAGE_UNAVAILABLE, world.executions.answer(project, answer("q", Decision.ALLOW), "ann"));
        assertEquals(List.of("q"), open());
        assertEquals(List.of(), turn.answers);
        world.bringLogBack();
        get(world.executions.answer(project, answer("q", Decision.DENY), "otto"));
        assertEquals(Decision.DENY, turn.answers.get(0).decision());
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("X7 an id that was never asked is refused, on a project without a run too")
    void unknown() throws Exception {
        failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, answer("x", Decision.ALLOW), "ann"));
        get(turn.end(Verdict.COMPLETED));
        failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, answer("x", Decision.ALLOW), "ann"));
    }
}
