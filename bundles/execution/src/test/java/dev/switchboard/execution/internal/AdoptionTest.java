package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.OPERATOR;
import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.Message;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.OptionsWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that outlive the server, and the executor that drives them. */
class AdoptionTest {
    private static final String AGENT = "agent-1";

    @TempDir
    Path directory;

    private final MemoryStores disk = new MemoryStores();
    private World world;
    private ProjectId project;
    private Execution run;
    private FakeCustodian custodian;

    @BeforeEach
    void begin() throws Exception {
        world = new World(disk, directory);
        world.executor.adopting();
        project = world.create(directory, "p");
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private ScriptedExecutor.Turn execute(ExecutionOptions options) throws Exception {
        run = get(world.execute(project, options, OPERATOR));
        ScriptedExecutor.Turn turn = world.executor.next();
        turn.agent = AGENT;
        custodian = new FakeCustodian(project, run.id());
        custodian.labels.putAll(turn.launch.labels());
        custodian.labels.put(AgentExecutor.LABEL_EXECUTOR, "claude");
        world.custodian.set(custodian);
        return turn;
    }

    /** The server dies without a word, and another one starts; its agents are in custody. */
    private void restart() throws Exception {
        world.close();
        world = new World(disk, directory);
        world.custodian.set(custodian);
        world.executor.adopting();
    }

    private void recover() {
        Recovery recovery = new Recovery(world.services, world.projects.roster());
        recovery.resume();
        recovery.run(custodian);
    }

    private ScriptedExecutor.Adopted recovered() throws Exception {
        recover();
        return world.executor.nextAdopted();
    }

    /** The executor is replaced, the old one first removed. */
    private ScriptedExecutor replace() {
        ScriptedExecutor next = new ScriptedExecutor().adopting();
        remove();
        come(next);
        return next;
    }

    private void remove() {
        world.executors.remove(world.executor);
        tell(active -> active.executorLeft(world.executor));
    }

    private void come(ScriptedExecutor next) {
        world.executors.add(next, Map.of(AgentExecutor.NAME, "claude"));
        tell(Run::adoptIfPossible);
    }

    private void tell(Consumer<Run> news) {
        ProjectActor actor = world.projects.actor(project);
        actor.execute(() -> actor.run().ifPresent(news));
    }

    private ProjectState state() {
        return world.projects.status(project).state();
    }

    private static AgentEvent.PermissionAsked asks(String id, long offset) {
        PermissionRequest request = new PermissionRequest(
                id,
                "Bash",
                Content.of("{\"command\":\"ls\",\"n\":1.10}"),
                Optional.of("lists"),
                Optional.of(Content.of("[{\"type\":\"addRules\"}]")),
                Optional.empty());
        return new AgentEvent.PermissionAsked(request, Optional.of(new Origin(AGENT, offset)));
    }

    private static PermissionAnswer allow(String id) {
        return new PermissionAnswer(
                id, Decision.ALLOW, Optional.of("go on"), Optional.of(Content.of("{\"command\":\"pwd\"}")), true);
    }

    @Test
    @DisplayName("X8 after a crash an agent is gone on with: options, prompt, session, place; the run ends as it ends")
    void afterACrash() throws Exception {
        ExecutionOptions options = OptionsWriter.read(
                "{\"model\":\"opus\",\"timeout_ms\":1234567,\"mcp_config\":{\"a\":1},\"ask\":\"remote\"}");
        ScriptedExecutor.Turn turn = execute(options);
        get(turn.on(new AgentEvent.SessionChanged("s-1")));
        get(turn.lines(3));
        get(turn.on(asks("q", 35))); // behind the last line
        get(turn.on(new AgentEvent.PermissionWithdrawn("q")));

        restart();
        ScriptedExecutor.Adopted adopted = recovered();
        AgentAdoption adoption = adopted.adoption();
        assertEquals(Optional.of(run.id()), adoption.execution());
        assertEquals(options, adoption.options());
        assertEquals("\"hello\"", adoption.prompt().orElseThrow().json().toText());
        assertEquals("hello", adoption.prompt().orElseThrow().text());
        assertEquals(Optional.of("s-1"), adoption.session().sessionId());
        assertEquals(AGENT, adoption.agentId());
        assertEquals(AGENT, adoption.agent().orElseThrow().agentId());
        assertEquals(35, adoption.offset());
        assertEquals(List.of(), adoption.openPermissions());
        assertEquals(List.of(), adoption.unconfirmedAnswers());
        assertEquals(ProjectState.EXECUTING, state());
        assertEquals(run.id(), world.projects.status(project).execution().orElseThrow());
        assertEquals(1, world.executions.stats().active());
        World.failure(ErrorCode.PROCESS_ACTIVE, world.execute(project));

        get(adopted.turn().lines(1));
        get(adopted.turn().end(Verdict.COMPLETED));
        assertEquals(
                List.of(
                        "state:EXECUTING",
                        "prompt",
                        "project_update",
                        "assistant",
                        "assistant",
                        "assistant",
                        "permission_request",
                        "resolved:withdrawn",
                        "assistant",
                        "state:IDLE"),
                world.recorded(project));
        assertEquals(0, world.executions.stats().active());
        assertEquals(List.of("terminate stray", "sweep", "release stray"), sorted(custodian.calls));
    }

    private static List<String> sorted(List<String> calls) throws InterruptedException {
        await("the stray is released", () -> calls.contains("release stray"));
        return List.of("terminate stray", "sweep", "release stray").stream()
                .filter(calls::contains)
                .toList();
    }

    @Test
    @DisplayName("X8 the agent of a turn that it began by itself is gone on with, without a prompt")
    void ownTurn() throws Exception {
        ScriptedExecutor.Turn turn = execute(ExecutionOptions.none());
        get(turn.end(Verdict.COMPLETED));
        var own = turn.listener.nextTurn(turn);
        custodian = new FakeCustodian(project, own.execution());
        get(own.on(List.of(new AgentEvent.Line("assistant", Content.of("{}"), Optional.of(new Origin(AGENT, 70))))));
        restart();
        ScriptedExecutor.Adopted adopted = recovered();
        assertEquals(Optional.of(own.execution()), adopted.adoption().execution());
        assertEquals(Optional.empty(), adopted.adoption().prompt());
        assertEquals(70, adopted.adoption().offset());
        get(adopted.turn().end(Verdict.COMPLETED));
        assertEquals(ProjectState.IDLE, state());
    }

    @Test
    @DisplayName("X8 open questions are seen and answered after a restart, before and after the agent is adopted")
    void questions() throws Exception {
        ScriptedExecutor.Turn turn = execute(OptionsWriter.read("{\"ask\":\"remote\"}"));
        get(turn.on(asks("answered", 10), asks("first", 20), asks("second", 30)));
        get(world.executions.answer(project, allow("answered"), "ann"));

        restart();
        Recovery recovery = new Recovery(world.services, world.projects.roster());
        recovery.resume();
        await("open", () -> world.projects.status(project).pendingPermissions().size() == 2);
        PermissionRequest first =
                world.projects.status(project).pendingPermissions().get(0);
        assertEquals("first", first.permissionId());
        assertEquals("{\"command\":\"ls\",\"n\":1.10}", first.input().toText());
        assertEquals(Optional.of("lists"), first.description());
        assertEquals(
                "[{\"type\":\"addRules\"}]", first.suggestions().orElseThrow().toText());
        assertTrue(first.expiresAt().isPresent());
        PermissionAnswer denial = PermissionAnswer.deny("first", "no");
        get(world.executions.answer(project, denial, "bob")); // nobody drives the agent yet

        recovery.run(custodian);
        ScriptedExecutor.Adopted adopted = world.executor.nextAdopted();
        assertEquals(
                List.of("second"),
                adopted.adoption().openPermissions().stream()
                        .map(PermissionRequest::permissionId)
                        .toList());
        List<PermissionAnswer> answers = adopted.adoption().unconfirmedAnswers();
        assertEquals(
                List.of("answered", "first"),
                answers.stream().map(PermissionAnswer::permissionId).toList());
        assertEquals(
                "{\"command\":\"pwd\"}",
                answers.get(0).updatedInput().orElseThrow().toText());
        assertTrue(answers.get(0).remember());
        assertEquals(Optional.of("go on"), answers.get(0).message());
        assertEquals(Decision.DENY, answers.get(1).decision());
        assertEquals(Optional.of("no"), answers.get(1).message());

        get(world.executions.answer(project, allow("second"), "ann"));
        assertEquals(
                List.of("second"),
                adopted.turn().answers.stream()
                        .map(PermissionAnswer::permissionId)
                        .toList());
        World.failure(ErrorCode.VALIDATION_FAILED, world.executions.answer(project, allow("answered"), "late"));
        get(adopted.turn().end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName(
            "X8 the patience with a question runs on over a restart; who has not answered by then is taken to deny")
    void questionsExpire() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.TIMEOUTS_PERMISSION, Duration.ofMillis(300)));
        ScriptedExecutor.Turn turn = execute(OptionsWriter.read("{\"ask\":\"remote\"}"));
        get(turn.on(asks("q", 10)));
        restart();
        ScriptedExecutor.Adopted adopted = recovered();
        await(
                "denied",
                () -> !adopted.turn().answers.isEmpty()
                        || adopted.adoption().unconfirmedAnswers().size() == 1);
        assertEquals(List.of(), world.projects.status(project).pendingPermissions());
        assertTrue(world.recorded(project).contains("resolved:deny"));
        get(adopted.turn().end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName(
            "X8 X5 the limit of a run counts from its beginning, over the restart; a run is left time to show that it ended")
    void limit() throws Exception {
        execute(OptionsWriter.read("{\"timeout_ms\":1}"));
        // Kills the run of the first server, so that what the second finds is what a crash in the middle of that left.
        List<Message> left = List.copyOf(disk.of(project).subList(0, 2));
        await("timed out", () -> state() == ProjectState.ERROR);
        disk.records.put(project, new ArrayList<>(left));
        restart();
        ScriptedExecutor.Adopted adopted = recovered();
        get(adopted.turn().end(Verdict.COMPLETED));
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(project));
    }

    @Test
    @DisplayName("X8 a run whose agent is not there any more is ended as an error, and says why")
    void agentGone() throws Exception {
        execute(ExecutionOptions.none());
        custodian = new FakeCustodian(ProjectId.random(), run.id());
        restart();
        recover();
        await("over", () -> state() == ProjectState.ERROR);
        assertEquals(
                List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"), world.recorded(project));
        assertTrue(world.projects
                .status(project)
                .project()
                .lastError()
                .orElseThrow()
                .message()
                .contains("server was stopped"));
    }

    @Test
    @DisplayName("X8 X4 a run that waits for its executor can be killed; its agent is ended by custody")
    void killWhileWaiting() throws Exception {
        execute(ExecutionOptions.none());
        restart();
        world.executors.remove(world.executor);
        recover();
        await("waits", () -> state() == ProjectState.EXECUTING);
        get(world.executions.kill(project, "ann"));
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed"), world.recorded(project));
        await("released", () -> custodian.calls.contains("release " + AGENT));
        assertTrue(custodian.calls.contains("terminate " + AGENT));
    }

    @Test
    @DisplayName("X8 S1 an executor that comes late goes on with what waits for it; one that refuses is asked again")
    void executorComesLate() throws Exception {
        execute(ExecutionOptions.none());
        restart();
        world.executors.remove(world.executor);
        recover();
        await("waits", () -> state() == ProjectState.EXECUTING);
        ScriptedExecutor next = new ScriptedExecutor().adopting();
        next.refusal = new SwitchboardException(ErrorCode.EXECUTOR_UNAVAILABLE, "custody is being replaced");
        come(next);
        get(next.nextAdopted().turn().end(Verdict.COMPLETED));
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(project));
    }

    @Test
    @DisplayName("X8 a run is ended with its agent if the executor says that the agent cannot be gone on with")
    void refused() throws Exception {
        execute(ExecutionOptions.none());
        restart();
        world.executor.refusal = new SwitchboardException(ErrorCode.EXECUTION_FAILED, "it is not there any more");
        recover();
        await("over", () -> state() == ProjectState.ERROR);
        assertEquals(
                "it is not there any more",
                world.projects
                        .status(project)
                        .project()
                        .lastError()
                        .orElseThrow()
                        .message());
        assertTrue(custodian.calls.contains("terminate " + AGENT));
    }

    @Test
    @DisplayName("S1 X8 an executor that is replaced hands its agents over: nothing is recorded twice, nothing is lost")
    void replaced() throws Exception {
        ScriptedExecutor.Turn turn = execute(OptionsWriter.read("{\"model\":\"m\",\"ask\":\"remote\"}"));
        get(turn.lines(2));
        get(turn.on(asks("q", 25)));
        turn.detached = new CompletableFuture<>();
        ScriptedExecutor next = replace();
        await("asked to let go", () -> turn.detaches.get() == 1);
        get(turn.lines(1)); // under way when it was asked
        assertTrue(next.adoptions.isEmpty(), "adopted before the other has let go");
        turn.detached.complete(null);

        ScriptedExecutor.Adopted adopted = next.nextAdopted();
        assertEquals(30, adopted.adoption().offset());
        assertEquals("m", adopted.adoption().options().model().orElseThrow());
        assertEquals(1, adopted.adoption().openPermissions().size());
        get(world.executions.answer(project, allow("q"), "ann"));
        assertEquals(1, adopted.turn().answers.size());
        assertEquals(0, turn.answers.size());
        get(adopted.turn().lines(1));
        get(adopted.turn().end(Verdict.COMPLETED));
        assertEquals(0, turn.kills.get());
        assertEquals(
                List.of(
                        "state:EXECUTING",
                        "prompt",
                        "assistant",
                        "assistant",
                        "permission_request",
                        "assistant",
                        "resolved:allow",
                        "assistant",
                        "state:IDLE"),
                world.recorded(project));
        assertEquals(List.of(), custodian.calls);
    }

    @Test
    @DisplayName("S1 what the old executor reported is recorded before the new one is told where to go on")
    void recordedFirst() throws Exception {
        ScriptedExecutor.Turn turn = execute(ExecutionOptions.none());
        world.removeLog();
        CompletionStage<Void> held = turn.lines(5);
        ScriptedExecutor next = replace();
        await("asked to let go", () -> turn.detaches.get() == 1);
        assertTrue(next.adoptions.isEmpty());
        world.bringLogBack();
        get(held);
        ScriptedExecutor.Adopted adopted = next.nextAdopted();
        assertEquals(50, adopted.adoption().offset());
        get(adopted.turn().end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("S1 a turn that ends while its executor lets go ends as it did; its agent does not stay behind")
    void endsMeanwhile() throws Exception {
        ScriptedExecutor.Turn turn = execute(ExecutionOptions.none());
        turn.detached = new CompletableFuture<>();
        ScriptedExecutor next = replace();
        await("asked to let go", () -> turn.detaches.get() == 1);
        get(turn.end(Verdict.COMPLETED));
        turn.detached.complete(null);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(project));
        await("released", () -> custodian.calls.contains("release " + AGENT));
        assertTrue(next.adoptions.isEmpty());
    }

    @Test
    @DisplayName("S1 X7 an interrupt that comes while nobody drives the agent reaches it through the next executor")
    void interruptWhileWaiting() throws Exception {
        execute(ExecutionOptions.none());
        remove();
        CompletionStage<Execution> interrupted = world.executions.interrupt(project, "ann");
        ScriptedExecutor next = new ScriptedExecutor().adopting();
        come(next);
        ScriptedExecutor.Adopted adopted = next.nextAdopted();
        await("asked to stop", () -> adopted.turn().interrupts.get() == 1);
        get(adopted.turn().end(Verdict.INTERRUPTED));
        get(interrupted);
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), world.recorded(project));
    }

    @Test
    @DisplayName("S1 an executor of that name that cannot adopt does not get the agent, which is ended")
    void cannotAdopt() throws Exception {
        execute(ExecutionOptions.none());
        remove();
        come(new ScriptedExecutor());
        await("over", () -> state() == ProjectState.ERROR);
        assertTrue(custodian.calls.contains("terminate " + AGENT));
    }

    @Test
    @DisplayName(
            "H5 X8 a stop that keeps agents leaves them as they are, and records what they said so far; the next start goes on")
    void keptAtAStop() throws Exception {
        ScriptedExecutor.Turn turn = execute(ExecutionOptions.none());
        get(turn.lines(1));
        world.services.admission().close();
        Shutdown.keepRuns(world.projects.roster(), Duration.ofSeconds(10));
        assertEquals(1, turn.detaches.get());
        Shutdown.keepRuns(world.projects.roster(), Duration.ofSeconds(10)); // done already
        assertEquals(1, turn.detaches.get());
        tell(Run::adoptIfPossible);
        assertTrue(world.executor.adoptions.isEmpty(), "a server that stops adopts nothing");
        assertEquals(List.of("state:EXECUTING", "prompt", "assistant"), world.recorded(project));
        assertFalse(custodian.calls.contains("terminate " + AGENT));

        restart();
        get(recovered().turn().end(Verdict.COMPLETED));
        assertEquals(ProjectState.IDLE, state());
    }

    @Test
    @DisplayName("H5 X4 a stop that keeps agents kills those that nobody could go on with")
    void killedAtAStop() throws Exception {
        world.executor.features = Set.of();
        ScriptedExecutor.Turn turn = execute(ExecutionOptions.none());
        world.services.admission().close();
        Shutdown.keepRuns(world.projects.roster(), Duration.ofSeconds(10));
        assertEquals(1, turn.kills.get());
        assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE", "process_killed"), world.recorded(project));
    }

    @Test
    @DisplayName("X8 options that are kept for the next server come out as they went in")
    void options() {
        ExecutionOptions all =
                OptionsWriter.read("{\"dangerously_skip_permissions\":true,\"allowed_tools\":[\"Bash(git *)\"],"
                        + "\"disallowed_tools\":[\"Write\"],\"mcp_config\":{\"a\":1},\"append_system_prompt\":\"x\","
                        + "\"permission_mode\":\"plan\",\"model\":\"opus\",\"fallback_model\":\"sonnet,haiku\",\"add_dirs\":[\"/tmp\"],"
                        + "\"strict_mcp_config\":true,\"max_turns\":3,\"max_budget_usd\":0.50,\"timeout_ms\":1500,"
                        + "\"include_partial_messages\":true,\"ask\":\"remote\"}");
        assertEquals(Ask.REMOTE, all.ask());
        assertEquals(all, OptionsWriter.read(OptionsWriter.write(all)));
        assertEquals(ExecutionOptions.none(), OptionsWriter.read(OptionsWriter.write(ExecutionOptions.none())));
    }
}
