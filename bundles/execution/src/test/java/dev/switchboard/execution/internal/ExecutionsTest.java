package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OptionsReader;
import dev.switchboard.protocol.Payloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionsTest {
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

    private static ExecutionOptions options(String json) throws Exception {
        return OptionsReader.read(
                Fields.of((ObjectNode) Json.read(("{\"options\":" + json + "}").getBytes())),
                ExecutionOptions.Ask.DENY);
    }

    private static JsonNode data(Message message) throws Exception {
        return Json.read(message.content().toBytes());
    }

    @Test
    @DisplayName("X3 a run is EXECUTING, prompt, its lines, IDLE; told as it is recorded")
    void recordsARun() throws Exception {
        Execution accepted = get(world.execute(project));
        assertEquals(List.of("state:EXECUTING", "prompt"), world.recorded(project));
        assertEquals(1, accepted.firstSeq());
        assertEquals(2, accepted.seq());
        ScriptedExecutor.Turn turn = world.executor.next();
        get(turn.lines(3));
        get(turn.end(Verdict.COMPLETED));
        await("idle", () -> world.projects.status(project).state() == ProjectState.IDLE);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "assistant", "assistant", "assistant", "state:IDLE"),
                world.recorded(project));
        assertEquals(world.disk.of(project), world.told(project));
        JsonNode state = data(world.disk.of(project).get(5));
        assertEquals(accepted.id().toString(), state.get("execution_id").asText());
        assertEquals(6, state.get("last_seq").asLong());
        assertEquals(6, world.projects.status(project).log().lastSeq());
        assertEquals(1, world.executions.stats().success());
        assertEquals(0, world.executions.stats().active());
    }

    @Test
    @DisplayName("P3 of ten simultaneous executes exactly one wins")
    void claimsOnce() throws Exception {
        List<CompletionStage<Execution>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(world.execute(project));
        }
        int won = 0;
        for (CompletionStage<Execution> each : asked) {
            try {
                get(each);
                won++;
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.PROCESS_ACTIVE, e.code());
            }
        }
        assertEquals(1, won);
        assertEquals(1, world.executions.stats().active());
        world.executor.next().end(Verdict.COMPLETED);
    }

    @Test
    @DisplayName("X4 a failed run tells error and ERROR, and the next one is welcome")
    void fails() throws Exception {
        get(world.execute(project));
        get(world.executor.next().end(Verdict.DIED));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"), world.recorded(project));
        JsonNode details = data(world.disk.of(project).get(2)).get("details");
        assertEquals(3, details.get("exit_code").asInt());
        assertEquals("oops", details.get("stderr_tail").asText());
        assertEquals(
                "EXECUTION_FAILED",
                data(world.disk.of(project).get(3))
                        .get("error_details")
                        .get("code")
                        .asText());
        assertEquals(
                data(world.disk.of(project).get(3)).get("error_details"),
                Payloads.projectState(world.projects.status(project)).get("error_details"),
                "who joins later is told the same");
        get(world.execute(project));
        get(world.executor.next().end(Verdict.COMPLETED));
        assertEquals(ProjectState.IDLE, world.projects.status(project).state());
        assertTrue(world.projects.status(project).project().lastError().isEmpty());
    }

    @Test
    @DisplayName("X4 a killed run ends IDLE with everything that it wrote, and process_killed behind it")
    void kills() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.lines(2);
        Execution over = get(world.executions.kill(project, "ann"));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "assistant", "assistant", "state:IDLE", "process_killed"),
                world.recorded(project));
        assertEquals(6, over.seq());
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.kill(project, "ann"));
    }

    @RepeatedTest(100)
    @DisplayName("X4 kill against result: killed, or over before; never an error, IDLE exactly once")
    void killsAgainstTheResult() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.diesWhenKilled = false;
        turn.killed.complete(null);
        Thread other = new Thread(() -> turn.end(Verdict.COMPLETED));
        other.start();
        if (ThreadLocalRandom.current().nextBoolean()) {
            Thread.onSpinWait();
        }
        boolean killed = true;
        try {
            get(world.executions.kill(project, "ann"));
        } catch (SwitchboardException e) {
            assertEquals(ErrorCode.PROCESS_NOT_FOUND, e.code());
            killed = false;
        }
        other.join();
        await("idle", () -> world.projects.status(project).state() == ProjectState.IDLE);
        List<String> expected = killed
                ? List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed")
                : List.of("state:EXECUTING", "prompt", "state:IDLE");
        assertEquals(expected, world.recorded(project));
    }

    @Test
    @DisplayName("X5 a run that takes too long is ended and says so")
    void timesOut() throws Exception {
        get(world.execute(project, options("{\"timeout_ms\":30}"), World.OPERATOR));
        world.executor.next();
        await("error", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:EXECUTION_TIMEOUT", "state:ERROR"),
                world.recorded(project));
        assertTrue(data(world.disk.of(project).get(2)).get("message").asText().contains("timed out"));
    }

    @Test
    @DisplayName("X5 H4 a run that says nothing of its time has the configured one, as it is when the run starts")
    void timesOutAsConfigured() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_EXECUTION, Duration.ofMillis(30)));
        get(world.execute(project));
        world.executor.next();
        await("error", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertEquals("error:EXECUTION_TIMEOUT", world.recorded(project).get(2));
    }

    @Test
    @DisplayName("X5 a project's timeout goes before the server's, and a request's before the project's")
    void timesOutAsItsProject() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_EXECUTION, Duration.ofDays(1)));
        get(world.projects.configure(project, ProjectChange.ofTimeout(Duration.ofMillis(30))));
        get(world.execute(project));
        world.executor.next();
        await("error", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertTrue(data(world.disk.of(project).get(2)).get("message").asText().contains("after 30 ms"));
        get(world.projects.configure(project, ProjectChange.ofTimeout(Duration.ofDays(1))));
        get(world.execute(project, options("{\"timeout_ms\":31}"), World.OPERATOR));
        world.executor.next();
        await("error again", () -> world.recorded(project).size() == 8);
        assertTrue(data(world.disk.of(project).get(6)).get("message").asText().contains("after 31 ms"));
    }

    @Test
    @DisplayName("X5 a kill that comes while a run is being ended for its timeout makes it a kill")
    void killsWhatTimesOut() throws Exception {
        world.executor.mortal = false;
        get(world.execute(project, options("{\"timeout_ms\":30}"), World.OPERATOR));
        ScriptedExecutor.Turn turn = world.executor.next();
        await("being ended", () -> turn.kills.get() == 1);
        CompletionStage<Execution> kill = world.executions.kill(project, "ann");
        turn.end(Verdict.DIED);
        turn.killed.complete(null);
        get(kill);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed"), world.recorded(project));
        assertEquals(1, turn.kills.get());
    }

    @Test
    @DisplayName("X5 a silent run is ended")
    void watchesSilence() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_SILENCE, Duration.ofMillis(150)));
        get(world.execute(project));
        world.executor.next();
        await("error", () -> world.projects.status(project).state() == ProjectState.ERROR);
    }

    @Test
    @DisplayName("X7 an interrupt ends IDLE, and becomes a kill if the agent does not obey")
    void interrupts() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        CompletionStage<Execution> interrupt = world.executions.interrupt(project, "ann");
        await("asked", () -> turn.interrupts.get() == 1);
        turn.end(Verdict.INTERRUPTED);
        get(interrupt);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(project));

        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_KILL_GRACE, Duration.ofMillis(20)));
        get(world.execute(project));
        ScriptedExecutor.Turn stubborn = world.executor.next();
        get(world.executions.interrupt(project, "ann"));
        assertEquals(1, stubborn.kills.get());
        assertEquals(ProjectState.IDLE, world.projects.status(project).state());
    }

    @Test
    @DisplayName("S1 X10 what is missing is said, and nothing is recorded")
    void refuses() throws Exception {
        world.executor.unavailable = Optional.of("install it");
        failure(ErrorCode.CLAUDE_NOT_FOUND, world.execute(project));
        world.executors.remove(world.executor);
        SwitchboardException e = failure(ErrorCode.EXECUTOR_UNAVAILABLE, world.execute(project));
        assertTrue(e.details().containsKey("retry_after_ms"));
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.kill(project, "ann"));
        failure(ErrorCode.PROCESS_NOT_FOUND, world.executions.interrupt(project, "ann"));
        assertEquals(List.of(), world.recorded(project));
        assertEquals(0, world.executions.stats().total());
    }

    @Test
    @DisplayName("X9 a directory that is gone is said")
    void refusesWithoutDirectory() throws Exception {
        Files.delete(directory.resolve("p"));
        failure(ErrorCode.INVALID_PATH, world.execute(project));
    }

    @Test
    @DisplayName("X3 as many parallel runs as allowed, and not one more; a full disk takes none")
    void limitsRuns() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.LIMITS_EXECUTIONS, 2));
        ProjectId second = world.create(directory, "q");
        ProjectId third = world.create(directory, "r");
        get(world.execute(project));
        get(world.execute(second));
        SwitchboardException e = failure(ErrorCode.RESOURCE_LIMIT, world.execute(third));
        assertEquals(2, e.details().get("limit"));
        assertEquals(2, e.details().get("current"));
        ScriptedExecutor.Turn first = world.executor.next();
        get(first.end(Verdict.COMPLETED));
        get(world.execute(third));
        world.settings.set(world.settings.get().with(ServerSettings.DISK_RESERVE_BYTES, Long.MAX_VALUE));
        failure(ErrorCode.DISK_SPACE_LOW, world.execute(first.launch.project()));
    }

    @Test
    @DisplayName("C4 as many starts in a minute as allowed, and not one more")
    void limitsStarts() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.LIMITS_EXECUTIONS_PER_MINUTE, 2));
        for (int i = 0; i < 2; i++) {
            get(world.execute(project));
            get(world.executor.next().end(Verdict.COMPLETED));
        }
        assertEquals(
                "executions_per_minute",
                failure(ErrorCode.RESOURCE_LIMIT, world.execute(project))
                        .details()
                        .get("resource"));
    }

    @Test
    @DisplayName("C5 permission questions are switched off only by an admin, and only if configured")
    void guardsTheBypass() throws Exception {
        for (String json :
                List.of("{\"dangerously_skip_permissions\":true}", "{\"permission_mode\":\"bypassPermissions\"}")) {
            world.settings.set(world.settings.get().with(ServerSettings.CLAUDE_BYPASS_ALLOWED, false));
            failure(ErrorCode.PERMISSION_DENIED, world.execute(project, options(json), World.ADMIN));
            world.settings.set(world.settings.get().with(ServerSettings.CLAUDE_BYPASS_ALLOWED, true));
            failure(ErrorCode.PERMISSION_DENIED, world.execute(project, options(json), World.OPERATOR));
            get(world.execute(project, options(json), World.ADMIN));
            get(world.executor.next().end(Verdict.COMPLETED));
        }
        failure(
                ErrorCode.VALIDATION_FAILED,
                world.execute(project, options("{\"permission_mode\":\"sudo\"}"), World.ADMIN));
        failure(ErrorCode.VALIDATION_FAILED, world.execute(project, options("{\"add_dirs\":[\"/etc\"]}"), World.ADMIN));
    }

    @Test
    @DisplayName("X6 the newest session is kept as soon as it is seen, and the next run continues it")
    void keepsTheSession() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        assertEquals(SessionChoice.fresh(), turn.launch.session());
        get(turn.on(new AgentEvent.SessionChanged("s1"), new AgentEvent.SessionChanged("s1")));
        assertEquals(Optional.of("s1"), world.disk.projects.get(project).sessionId());
        get(turn.end(Verdict.COMPLETED));
        assertEquals(List.of("state:EXECUTING", "prompt", "project_update", "state:IDLE"), world.recorded(project));
        get(world.execute(project));
        ScriptedExecutor.Turn next = world.executor.next();
        assertEquals(new SessionChoice(Optional.of("s1"), false), next.launch.session());
        failure(ErrorCode.PROCESS_ACTIVE, world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        get(next.end(Verdict.COMPLETED));

        assertEquals(
                "s1",
                get(world.executions.newSession(project, SessionChoice.fresh(), "ann"))
                        .oldSessionId());
        assertEquals(Optional.empty(), world.projects.status(project).project().sessionId());
        assertEquals(List.of(project), world.executor.forgotten);
        assertEquals("s1", world.projects.sessions(project).get(0).id());
        assertEquals("hello", world.projects.sessions(project).get(0).firstPrompt());

        failure(
                ErrorCode.VALIDATION_FAILED,
                world.executions.newSession(project, new SessionChoice(Optional.of("other"), false), "ann"));
        get(world.executions.newSession(project, new SessionChoice(Optional.of("s1"), true), "ann"));
        get(world.execute(project));
        ScriptedExecutor.Turn forked = world.executor.next();
        assertEquals(new SessionChoice(Optional.of("s1"), true), forked.launch.session());
        get(forked.on(new AgentEvent.SessionChanged("s2"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        get(world.execute(project));
        assertEquals(
                new SessionChoice(Optional.of("s2"), false),
                world.executor.next().launch.session());
    }

    private static AgentEvent question(String id) {
        return new AgentEvent.PermissionAsked(
                new PermissionRequest(
                        id, "Write", Content.of("{\"a\":1}"), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty());
    }

    @Test
    @DisplayName("X7 of two answers the first wins")
    void asksOnce() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(turn.on(question("q1"), question("q1")));
        assertEquals(1, world.projects.status(project).pendingPermissions().size());
        PermissionAnswer answer = new PermissionAnswer("q1", Decision.ALLOW, Optional.empty(), Optional.empty(), false);
        get(world.executions.answer(project, answer, "ann"));
        failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, answer, "otto"));
        assertEquals(List.of(answer), turn.answers);
        get(turn.end(Verdict.COMPLETED));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "permission_request", "resolved:allow", "state:IDLE"),
                world.recorded(project));
    }

    @Test
    @DisplayName("X7 a question that nobody answers is denied; one that the agent takes back is withdrawn")
    void resolvesQuestions() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_PERMISSION, Duration.ofMillis(20)));
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(turn.on(question("q1")));
        await("denied", () -> turn.answers.size() == 1);
        assertEquals(Decision.DENY, turn.answers.get(0).decision());
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_PERMISSION, Duration.ofMinutes(1)));
        get(turn.on(question("q2"), new AgentEvent.PermissionWithdrawn("q2"), question("q3")));
        get(turn.end(Verdict.COMPLETED));
        assertEquals(
                List.of(
                        "state:EXECUTING",
                        "prompt",
                        "permission_request",
                        "resolved:deny",
                        "permission_request",
                        "resolved:withdrawn",
                        "permission_request",
                        "resolved:withdrawn",
                        "state:IDLE"),
                world.recorded(project));
        assertEquals(List.of(), world.projects.status(project).pendingPermissions());
    }

    @Test
    @DisplayName("S1 while the store is away an agent's lines wait, in order, and clients are told")
    void waitsForTheStore() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        world.removeLog();
        CompletionStage<Void> lines = turn.lines(2);
        await("held back", () -> !lines.toCompletableFuture().isDone());
        ProjectId other = project;
        failure(ErrorCode.PROCESS_ACTIVE, world.execute(other));
        assertEquals(List.of("state:EXECUTING", "prompt"), world.recorded(project));
        world.bringLogBack();
        get(lines);
        get(turn.end(Verdict.COMPLETED));
        assertEquals(
                List.of("state:EXECUTING", "prompt", "assistant", "assistant", "state:IDLE"), world.recorded(project));
        world.disk.broken = true;
        failure(ErrorCode.STORAGE_UNAVAILABLE, world.execute(project));
        world.disk.broken = false;
        get(world.execute(project));
        get(world.executor.next().end(Verdict.COMPLETED));
        assertEquals(0, world.executions.stats().active());
    }

    @Test
    @DisplayName("S1 a log that ends elsewhere than before is gone on with, and said")
    void goesOnWithAnotherLog() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        world.removeLog();
        world.disk.records.remove(project);
        world.bringLogBack();
        get(turn.lines(1));
        get(turn.end(Verdict.COMPLETED));
        assertEquals(List.of("assistant", "state:IDLE"), world.recorded(project));
        assertEquals(2, world.projects.status(project).log().lastSeq());
        assertTrue(world.events.stream().anyMatch(ExecutionEvent.LogReplaced.class::isInstance));
        get(world.execute(project));
        get(world.executor.next().end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("P4 X6 a session that could not be saved is saved when the registry is back, not forgotten")
    void savesLater() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        world.disk.broken = true;
        CompletionStage<Void> session = turn.on(new AgentEvent.SessionChanged("s1"));
        await(
                "tried",
                () -> world.projects.status(project).project().sessionId().isPresent());
        world.disk.broken = false;
        world.removeLog();
        world.bringLogBack();
        get(session);
        await("saved", () -> world.disk.projects.get(project).sessionId().equals(Optional.of("s1")));
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("S2 a run whose executor leaves does not stay EXECUTING")
    void endsWithItsExecutor() throws Exception {
        get(world.execute(project));
        world.executor.next();
        FakeCustodian custodian = new FakeCustodian(project, ExecutionId.random());
        world.custodian.set(custodian);
        ProjectActor actor = world.projects.actor(project);
        actor.execute(() -> actor.run().orElseThrow().executorLeft(world.executor));
        await("over", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertEquals(List.of("terminate agent", "release agent"), custodian.calls);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"), world.recorded(project));
        assertEquals(0, world.executions.stats().active());
    }

    @Test
    @DisplayName("X4 a termination that fails is tried again")
    void killsAgain() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.diesWhenKilled = false;
        turn.killed.completeExceptionally(new IllegalStateException("custody is being replaced"));
        CompletionStage<Execution> kill = world.executions.kill(project, "ann");
        await("tried again", () -> turn.kills.get() == 2);
        turn.end(Verdict.DIED);
        get(kill);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed"), world.recorded(project));
    }

    @Test
    @DisplayName("X2 a run whose agent cannot be started fails, and the permit is given back")
    void failsToLaunch() throws Exception {
        world.executor.failure = new IllegalStateException("secret detail");
        get(world.execute(project));
        await("error", () -> world.projects.status(project).state() == ProjectState.ERROR);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"), world.recorded(project));
        assertTrue(!world.disk.of(project).get(2).content().toText().contains("secret detail"));
        assertEquals(0, world.executions.stats().active());
    }

    @Test
    @DisplayName("X7 a turn that the agent begins by itself is a run of its own")
    void relaysTurnsOfTheAgentsOwn() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        get(turn.end(Verdict.COMPLETED));
        AgentListener own = turn.listener.nextTurn(turn);
        get(own.on(List.of(
                new AgentEvent.Line("assistant", Content.of("{}"), Optional.empty()),
                ScriptedExecutor.Turn.ended(Verdict.COMPLETED))));
        await("idle", () -> world.projects.status(project).state() == ProjectState.IDLE);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "state:IDLE", "state:EXECUTING", "assistant", "state:IDLE"),
                world.recorded(project));
        JsonNode state = data(world.disk.of(project).get(3));
        assertEquals("agent", state.get("origin").asText());
        assertEquals(own.execution().toString(), state.get("execution_id").asText());
    }

    @Test
    void showsPiecesLiveInTheirPlace() throws Exception {
        get(world.execute(project));
        ScriptedExecutor.Turn turn = world.executor.next();
        AgentEvent.Partial piece = new AgentEvent.Partial(Content.of("{\"p\":1}"));
        AgentEvent.Line line = new AgentEvent.Line("assistant", Content.of("{}"), Optional.empty());
        get(turn.on(line, piece, piece, line));
        List<String> shown = world.events.stream()
                .skip(world.events.size() - 4)
                .map(event -> event.getClass().getSimpleName())
                .toList();
        assertEquals(List.of("Recorded", "Partial", "Partial", "Recorded"), shown);
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("P3 a project that is being executed cannot be deleted; a deleted one is gone")
    void deletes() throws Exception {
        get(world.execute(project));
        failure(ErrorCode.PROCESS_ACTIVE, world.projects.delete(project));
        get(world.executor.next().end(Verdict.COMPLETED));
        get(world.projects.delete(project));
        assertEquals(List.of(), world.recorded(project));
        assertEquals(
                ErrorCode.PROJECT_NOT_FOUND,
                assertThrows(SwitchboardException.class, () -> world.execute(project))
                        .code());
        assertTrue(world.events.get(world.events.size() - 1) instanceof ExecutionEvent.Deleted);
    }

    @Test
    @DisplayName("X8 a project that was executing when the server was killed is not stuck")
    void recovers() throws Exception {
        Execution lost = get(world.execute(project));
        try (World next = new World(world.disk, directory)) {
            assertEquals(ProjectState.IDLE, next.projects.status(project).state());
            FakeCustodian custodian = new FakeCustodian(project, lost.id());
            next.custodian.set(custodian);
            new Recovery(next.services, next.projects.roster()).run(custodian);
            await("error", () -> next.projects.status(project).state() == ProjectState.ERROR);
            assertEquals(
                    List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"),
                    next.recorded(project));
            assertEquals(
                    List.of("terminate agent-1", "release agent-1", "terminate stray", "release stray", "sweep"),
                    custodian.calls.stream().sorted((a, b) -> rank(a) - rank(b)).toList());
            get(next.execute(project));
            get(next.executor.next().end(Verdict.COMPLETED));
            assertEquals(0, next.executions.stats().active());
            assertEquals(Result.FAILED, firstEnd(next));
        }
        world.executor.next().end(Verdict.COMPLETED);
    }

    private static int rank(String call) {
        return List.of("terminate agent-1", "release agent-1", "terminate stray", "release stray", "sweep")
                .indexOf(call);
    }

    private static Result firstEnd(World world) {
        return world.events.stream()
                .filter(ExecutionEvent.Ended.class::isInstance)
                .map(event -> ((ExecutionEvent.Ended) event).outcome().result())
                .findFirst()
                .orElseThrow();
    }
}
