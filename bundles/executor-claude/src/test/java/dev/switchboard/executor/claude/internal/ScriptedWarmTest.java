package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent.TurnEnded;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns that follow one another in one process. */
class ScriptedWarmTest {
    private static final String OTHER_SESSION = "5b1f6f0e-1111-4222-8333-444455556666";

    @TempDir
    Path directory;

    private Script script;

    @BeforeEach
    void open() throws IOException {
        script = Script.warm(directory);
    }

    @AfterEach
    void close() {
        script.close();
    }

    private AgentLaunch launch(SessionChoice session, ExecutionOptions options) {
        AgentLaunch plain = script.launch(session, Ask.DENY);
        return new AgentLaunch(plain.execution(), plain.project(), plain.directory(), session, plain.prompt(), options);
    }

    /** A turn from its launch to its end. */
    private TurnEnded turn(AgentLaunch launch, String... more) throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        script.executor.launch(launch, recorder);
        script.write(RUNNING, init(SESSION));
        script.write(more);
        script.write(result(), IDLE);
        return recorder.end();
    }

    private void firstTurn() throws Exception {
        assertEquals(
                Verdict.COMPLETED,
                turn(launch(SessionChoice.fresh(), ExecutionOptions.none()), text("hi"))
                        .verdict());
    }

    private static SessionChoice same() {
        return new SessionChoice(Optional.of(SESSION), false);
    }

    private List<String> inbox() {
        return script.custodian.inbox(script.agent());
    }

    private void assertEnded(String agent) throws Exception {
        eventually("it was asked to end", () -> script.custodian.did(agent).contains("end of input"));
        script.custodian.exit(agent, 0, "");
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("X7 the next turn of the conversation takes place in the same process, with its own records only")
    void reuses() throws Exception {
        firstTurn();
        String agent = script.agent();
        script.write("{\"type\":\"command_lifecycle\",\"state\":\"completed\"}", "{\"type\":\"late\"}");
        AgentLaunch second = launch(same(), ExecutionOptions.none());
        TurnRecorder recorder = new TurnRecorder();
        AgentTurn turn = script.executor.launch(second, recorder);
        assertEquals(Optional.of(agent), turn.agentId());
        assertEquals(1, script.custodian.launched.size());
        assertEquals(2, inbox().size());
        assertTrue(inbox().get(1).contains(second.execution().toString()));
        eventually(
                "custody knows the run",
                () -> second.execution()
                        .toString()
                        .equals(script.custodian.labels(agent).get(AgentExecutor.LABEL_EXECUTION)));
        script.write(RUNNING, init(SESSION), text("again"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(
                List.of("system", "assistant", "result"),
                recorder.types().filter(type -> !type.equals("late")).toList());
        eventually(
                "the run is not its any more",
                () -> !script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
        assertFalse(script.custodian.did(agent).contains("end of input"));
    }

    @Test
    @DisplayName("X7 what is left of a batch behind a turn's end belongs to nobody, and the next turn is whole")
    void restOfBatch() throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), recorder);
        script.write(RUNNING, init(SESSION), result(), IDLE, IDLE, "{\"type\":\"command_lifecycle\"}");
        recorder.end();
        assertEquals(
                Verdict.COMPLETED,
                turn(launch(same(), ExecutionOptions.none()), text("x")).verdict());
        assertEquals(1, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X7 a turn that begins while the end before it is being recorded still gets the warm process")
    void atOnce() throws Exception {
        CompletableFuture<AgentTurn> second = new CompletableFuture<>();
        TurnRecorder next = new TurnRecorder();
        TurnRecorder recorder = new TurnRecorder() {
            @Override
            void read(dev.switchboard.execution.AgentEvent event) {
                if (event instanceof TurnEnded) {
                    second.complete(script.executor.launch(launch(same(), ExecutionOptions.none()), next));
                }
            }
        };
        script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), recorder);
        script.write(RUNNING, init(SESSION), result(), IDLE);
        recorder.end();
        assertEquals(Optional.of(script.agent()), second.join().agentId());
        script.write(RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, next.end().verdict());
        assertEquals(1, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X6 X7 another conversation, a copy, or a new one does not get the process; it is ended")
    void otherSessions() throws Exception {
        for (SessionChoice choice : List.of(
                SessionChoice.fresh(),
                new SessionChoice(Optional.of(OTHER_SESSION), false),
                new SessionChoice(Optional.of(SESSION), true))) {
            firstTurn();
            String warm = script.agent();
            int launched = script.custodian.launched.size();
            turn(launch(choice, ExecutionOptions.none()));
            assertEquals(launched + 1, script.custodian.launched.size(), choice.toString());
            assertEnded(warm);
            script.executor.forget(script.project);
        }
    }

    @Test
    @DisplayName("X7 options that hold for a process's life end it; model and permission mode are changed in it")
    void options() throws Exception {
        firstTurn();
        String warm = script.agent();
        turn(launch(same(), Options.with("plan", "opus")));
        assertEquals(1, script.custodian.launched.size());
        assertTrue(inbox().get(1).contains("\"set_permission_mode\",\"mode\":\"plan\""), inbox().get(1));
        assertTrue(inbox().get(2).contains("\"set_model\",\"model\":\"opus\""), inbox().get(2));
        turn(launch(same(), Options.with("plan", "opus")));
        assertTrue(inbox().get(4).contains("set_permission_mode"), "a plan may have been accepted meanwhile");
        assertEquals(6, inbox().size());
        turn(launch(same(), Options.with("default", "opus")));
        assertEquals(1, script.custodian.launched.size());
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(2, script.custodian.launched.size(), "the CLI's own choice of a model cannot be told");
        assertEnded(warm);
        String second = script.agent();
        turn(launch(same(), Options.tools("Read")));
        assertEquals(3, script.custodian.launched.size());
        assertEnded(second);
        String third = script.agent();
        turn(launch(same(), Options.with("bypassPermissions", null)));
        assertEquals(4, script.custodian.launched.size());
        assertEnded(third);
    }

    @Test
    @DisplayName("X1 X7 a changed CLAUDE.md is read by a new process")
    void changedMemory() throws Exception {
        firstTurn();
        String warm = script.agent();
        Files.writeString(directory.resolve("CLAUDE.md"), "be brief");
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(2, script.custodian.launched.size());
        assertEnded(warm);
    }

    @Test
    @DisplayName("X7 a failed turn, one with a budget, one that was killed: the process is not kept")
    void notKept() throws Exception {
        TurnRecorder failed = new TurnRecorder();
        script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), failed);
        script.write(RUNNING, init(SESSION), result().replace("\"is_error\":false", "\"is_error\":true"), IDLE);
        assertEquals(Verdict.FAILED, failed.end().verdict());
        assertEnded(script.agent());
        turn(launch(SessionChoice.fresh(), Options.budget(BigDecimal.ONE)));
        assertEnded(script.agent());
        TurnRecorder killed = new TurnRecorder();
        AgentTurn turn = script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), killed);
        script.write(RUNNING, init(SESSION));
        turn.kill();
        killed.end();
        String agent = script.agent();
        eventually("it was released", () -> script.custodian.released.contains(agent));
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(4, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X7 after an interrupted turn the process lives on")
    void interrupted() throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        AgentTurn turn = script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), recorder);
        script.write(RUNNING, init(SESSION));
        turn.interrupt();
        script.write(
                "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true,"
                        + "\"terminal_reason\":\"aborted_streaming\",\"session_id\":\"" + SESSION + "\"}",
                IDLE);
        assertEquals(Verdict.INTERRUPTED, recorder.end().verdict());
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(1, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X7 a process that waited long enough is ended")
    void expires() throws Exception {
        script.close();
        script = new Script(directory, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(30));
        firstTurn();
        assertEnded(script.agent());
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(2, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X7 no more processes are kept than allowed: the one that waited longest goes")
    void bounded() throws Exception {
        script.close();
        script = Script.warm(directory, 2);
        for (int i = 0; i < 3; i++) {
            TurnRecorder recorder = new TurnRecorder();
            AgentLaunch plain = launch(SessionChoice.fresh(), ExecutionOptions.none());
            script.executor.launch(
                    new AgentLaunch(
                            plain.execution(),
                            ProjectId.random(),
                            plain.directory(),
                            plain.session(),
                            plain.prompt(),
                            plain.options()),
                    recorder);
            script.write(RUNNING, init(SESSION), result(), IDLE);
            recorder.end();
        }
        List<String> agents = script.custodian.ids();
        assertEnded(agents.get(0));
        assertFalse(script.custodian.did(agents.get(1)).contains("end of input"));
        assertFalse(script.custodian.did(agents.get(2)).contains("end of input"));
    }

    @Test
    @DisplayName("X7 a waiting process that ends is forgotten; one that ends as it gets its prompt is replaced")
    void diesWhileWaiting() throws Exception {
        firstTurn();
        String first = script.agent();
        script.custodian.exit(first, 0, "");
        eventually("it was released", () -> script.custodian.released.contains(first));
        firstTurn();
        TurnRecorder recorder = new TurnRecorder();
        String second = script.agent();
        script.executor.launch(launch(same(), ExecutionOptions.none()), recorder);
        assertEquals(2, script.custodian.launched.size());
        script.custodian.exit(second, 0, "");
        eventually("another was launched", () -> script.custodian.launched.size() == 3);
        assertTrue(script.custodian.launched.get(2).command().contains("--resume=" + SESSION));
        assertTrue(script.custodian.labels(script.agent()).containsKey(AgentExecutor.LABEL_EXECUTION));
        eventually("it has the prompt", () -> !inbox().isEmpty());
        script.write(RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
    }

    @Test
    @DisplayName("X7 a process that does not take the prompt is replaced at once")
    void refusesPrompt() throws Exception {
        firstTurn();
        String first = script.agent();
        script.custodian.refuses(first);
        TurnRecorder recorder = new TurnRecorder();
        script.executor.launch(launch(same(), ExecutionOptions.none()), recorder);
        assertEquals(2, script.custodian.launched.size());
        script.write(RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        eventually("it was released", () -> script.custodian.released.contains(first));
    }

    @Test
    @DisplayName("X7 a turn that the agent begins by itself is a turn of its own, and nobody gets in between")
    void ownTurn() throws Exception {
        TurnRecorder own = new TurnRecorder();
        CompletableFuture<AgentTurn> handle = new CompletableFuture<>();
        TurnRecorder recorder = new TurnRecorder() {
            @Override
            public AgentListener nextTurn(AgentTurn turn) {
                handle.complete(turn);
                return own;
            }
        };
        script.executor.launch(launch(SessionChoice.fresh(), ExecutionOptions.none()), recorder);
        script.write(RUNNING, init(SESSION), result(), IDLE, "{\"type\":\"system\",\"subtype\":\"status\"}");
        recorder.end();
        script.write(RUNNING, init(SESSION), text("by myself"));
        assertEquals(Optional.of(script.agent()), handle.join().agentId());
        own.await(dev.switchboard.execution.AgentEvent.Line.class);
        assertEquals(
                ErrorCode.PROCESS_ACTIVE,
                assertThrows(
                                SwitchboardException.class,
                                () -> script.executor.launch(
                                        launch(same(), ExecutionOptions.none()), new TurnRecorder()))
                        .code());
        assertEquals(
                own.execution().toString(),
                script.custodian.labels(script.agent()).get(AgentExecutor.LABEL_EXECUTION));
        script.write(result(), IDLE);
        assertEquals(Verdict.COMPLETED, own.end().verdict());
        assertEquals(List.of("system", "assistant", "result"), own.types().toList());
        turn(launch(same(), ExecutionOptions.none()));
        assertEquals(1, script.custodian.launched.size());
    }

    @Test
    @DisplayName(
            "X8 the second turn of a process is adopted from where it began, its prompt sent again only if it is not there")
    void adoptsLaterTurn() throws Exception {
        firstTurn();
        AgentLaunch second = launch(same(), ExecutionOptions.none());
        TurnRecorder left = new TurnRecorder();
        AgentTurn turn = script.executor.launch(second, left);
        String agent = script.agent();
        turn.detach().toCompletableFuture().get();
        ClaudeExecutor next = script.executor(Duration.ofMillis(50), Duration.ofMillis(50));
        try {
            next.bindCustodian(script.custodian);
            script.write(RUNNING, init(SESSION), text("two"), result(), IDLE);
            TurnRecorder adopted = new TurnRecorder();
            next.adopt(
                    new AgentAdoption(
                            Optional.of(second.execution()),
                            script.project,
                            directory,
                            same(),
                            Optional.of(second.prompt()),
                            ExecutionOptions.none(),
                            agent,
                            script.custodian.find(agent),
                            0,
                            List.of(),
                            List.of()),
                    adopted);
            assertEquals(Verdict.COMPLETED, adopted.end().verdict());
            assertEquals(
                    List.of("system", "assistant", "result"), adopted.types().toList());
            assertEquals(
                    2,
                    script.custodian.inbox(agent).stream()
                            .filter(message -> message.contains("\"user\""))
                            .count());
            assertTrue(adopted.end().origin().map(Origin::offset).orElse(0L) > 0);
        } finally {
            next.deactivate();
        }
    }

    @Test
    @DisplayName("X7 forget ends a waiting process")
    void forgets() throws Exception {
        firstTurn();
        String agent = script.agent();
        script.executor.forget(script.project).toCompletableFuture().get();
        assertTrue(script.custodian.released.contains(agent));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MemAvailable:  1048576 kB", "MemTotal: 5 kB\nMemAvailable:\t1048576 kB\nMemFree: 1 kB"})
    void readsAvailableMemory(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("meminfo"), text + "\n");
        assertEquals(1L << 30, AvailableMemory.read(file).getAsLong());
    }

    @Test
    void availableMemoryMayBeUnknown() throws Exception {
        assertTrue(AvailableMemory.read(directory.resolve("none")).isEmpty());
        assertTrue(AvailableMemory.read(Files.writeString(directory.resolve("meminfo"), "MemAvailable: many kB"))
                .isEmpty());
    }
}
