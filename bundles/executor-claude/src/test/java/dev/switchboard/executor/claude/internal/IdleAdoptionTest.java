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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a process whose turn is over, if another executor than the one that launched it sees the end. */
class IdleAdoptionTest {
    @TempDir
    Path directory;

    private Script script;
    private ClaudeExecutor next;
    private final TurnRecorder adopted = new TurnRecorder();
    private String agent;

    @BeforeEach
    void open() throws IOException {
        script = Script.warm(directory);
        next = script.executor(Duration.ofMillis(50), Duration.ofMillis(50));
        next.bindCustodian(script.custodian);
    }

    @AfterEach
    void close() {
        next.deactivate();
        script.close();
    }

    private AgentLaunch launch(ExecutionOptions options) {
        AgentLaunch plain = script.launch(new SessionChoice(Optional.of(SESSION), false), Ask.DENY);
        return new AgentLaunch(
                plain.execution(), plain.project(), plain.directory(), plain.session(), plain.prompt(), options);
    }

    /** A turn that is left by its executor in its middle. */
    private AgentLaunch leave(ExecutionOptions options) throws Exception {
        AgentLaunch launch = launch(options);
        AgentTurn turn = script.executor.launch(launch, script.recorder);
        agent = script.agent();
        script.write(RUNNING, init(SESSION));
        script.recorder.await(AgentEvent.Line.class);
        turn.detach().toCompletableFuture().get();
        return launch;
    }

    private AgentTurn adopt(Optional<ExecutionId> execution, long offset, AgentListener listener) {
        return next.adopt(
                new AgentAdoption(
                        execution,
                        script.project,
                        directory,
                        new SessionChoice(Optional.of(SESSION), false),
                        execution.map(id -> Bench.prompt("do it")),
                        ExecutionOptions.none(),
                        agent,
                        script.custodian.find(agent),
                        offset,
                        List.of(),
                        List.of()),
                listener);
    }

    private void adoptAndEnd(AgentLaunch launch) throws Exception {
        adopt(Optional.of(launch.execution()), RUNNING.length() + init(SESSION).length() + 2L, adopted);
        script.custodian.write(agent, text("1"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, adopted.end().verdict());
    }

    private void awaitIdle() throws InterruptedException {
        eventually(
                "its run is over in custody",
                () -> !script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
    }

    private boolean asked() {
        return script.custodian.did(agent).contains("end of input");
    }

    private String turn(ExecutionOptions options) throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        AgentTurn turn = next.launch(launch(options), recorder);
        String taken = turn.agentId().orElseThrow();
        script.custodian.write(taken, RUNNING, init(SESSION), text("next"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(init(SESSION), text("next"), result()), recorder.lines());
        return taken;
    }

    @Test
    @DisplayName("X7 X8 a process that was adopted in its turn takes the next one, if that fits")
    void keptAfterItsTurn() throws Exception {
        adoptAndEnd(leave(ExecutionOptions.none()));
        assertEquals(agent, turn(ExecutionOptions.none()));
        assertEquals(agent, turn(Options.with("plan", "opus")));
        assertFalse(asked());
    }

    @Test
    @DisplayName("X7 X8 another model than the one it was last told is told to an adopted process")
    void knowsItsModel() throws Exception {
        adoptAndEnd(leave(Options.with("acceptEdits", "opus")));
        assertEquals(agent, turn(Options.with("acceptEdits", "opus")));
        assertEquals(0, control("set_"));
        assertEquals(agent, turn(Options.with("default", "sonnet")));
        assertEquals(1, control("\"set_model\",\"model\":\"sonnet\""));
        assertEquals(1, control("\"set_permission_mode\",\"mode\":\"default\""));
    }

    private long control(String part) {
        return script.custodian.inbox(agent).stream()
                .filter(message -> message.contains(part))
                .count();
    }

    @Test
    @DisplayName(
            "X7 X8 a process that was adopted in its turn is ended if it does not fit the next one, or can have none")
    void endedIfItDoesNotFit() throws Exception {
        adoptAndEnd(leave(ExecutionOptions.none()));
        assertNotEquals(agent, turn(Options.tools("Read")));
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    void endedIfItHasABudget() throws Exception {
        adoptAndEnd(leave(Options.budget(BigDecimal.ONE)));
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("X7 X8 an idle process of an earlier server takes the next turn")
    void idleProcessIsKept() throws Exception {
        AgentLaunch launch = leave(ExecutionOptions.none());
        adoptAndEnd(launch);
        awaitIdle();
        ClaudeExecutor third = successor();
        try {
            AgentTurn handle = adopt(Optional.empty(), 0, adopted);
            assertEquals(Optional.of(agent), handle.agentId());
            assertEquals(agent, turn(ExecutionOptions.none()));
            handle.detach().toCompletableFuture().get();
            assertEquals(agent, turn(ExecutionOptions.none()), "the old handle has nothing to say any more");
        } finally {
            third.deactivate();
        }
        assertEquals(1, adopted.of(AgentEvent.TurnEnded.class).size());
    }

    /** Has {@link #next} go as a server that is killed does, and another one take its place; returns the old one. */
    private ClaudeExecutor successor() throws Exception {
        ClaudeExecutor old = next;
        old.unbindCustodian(script.custodian); // first, or it might begin to read again
        script.custodian.go();
        next = script.executor(Duration.ofMillis(50), Duration.ofMillis(50));
        next.bindCustodian(script.custodian);
        return old;
    }

    @Test
    @DisplayName("X8 what an idle process did by itself while nobody watched is a turn of its own")
    void ownTurnOfAnIdleProcess() throws Exception {
        adoptAndEnd(leave(ExecutionOptions.none()));
        awaitIdle();
        ClaudeExecutor old = successor();
        try {
            script.custodian.write(agent, RUNNING, init(SESSION), text("by myself"), result(), IDLE);
            TurnRecorder own = new TurnRecorder();
            adopt(Optional.empty(), 0, new TurnRecorder() {
                @Override
                public AgentListener nextTurn(AgentTurn turn) {
                    return own;
                }
            });
            assertEquals(Verdict.COMPLETED, own.end().verdict());
            assertEquals(List.of(init(SESSION), text("by myself"), result()), own.lines());
            assertEquals(agent, turn(ExecutionOptions.none()));
        } finally {
            old.deactivate();
        }
    }

    @Test
    @DisplayName("X8 a process whose turn may not be over is ended if its run is")
    void turnMayNotBeOver() throws Exception {
        leave(ExecutionOptions.none());
        assertTrue(script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
        adopt(Optional.empty(), 0, adopted);
        eventually("it was released", () -> script.custodian.released.contains(agent));
        assertEquals(0, adopted.calls());
        assertNotEquals(agent, turn(ExecutionOptions.none()));
    }

    @Test
    @DisplayName("X8 a second idle process of a project is ended")
    void secondOfAProject() throws Exception {
        adoptAndEnd(leave(ExecutionOptions.none()));
        awaitIdle();
        ClaudeExecutor old = successor();
        try {
            String first = agent;
            turn(ExecutionOptions.none());
            adopt(Optional.empty(), 0, adopted);
            eventually("it was released", () -> script.custodian.released.contains(first));
            assertNotEquals(first, turn(ExecutionOptions.none()));
        } finally {
            old.deactivate();
        }
    }

    @Test
    @DisplayName("X8 what the agent begins by itself right behind the end of an adopted turn is a turn of its own")
    void ownTurnBehindAnAdoptedOne() throws Exception {
        AgentLaunch launch = leave(ExecutionOptions.none());
        TurnRecorder own = new TurnRecorder();
        TurnRecorder recorder = new TurnRecorder() {
            @Override
            public AgentListener nextTurn(AgentTurn turn) {
                return own;
            }
        };
        script.custodian.write(agent, result(), IDLE, RUNNING, init(SESSION), text("by myself"), result(), IDLE);
        long offset = RUNNING.length() + init(SESSION).length() + result().length() + 3L;
        adopt(Optional.of(launch.execution()), offset, recorder);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(), recorder.lines());
        assertEquals(Verdict.COMPLETED, own.end().verdict());
        assertEquals(List.of(init(SESSION), text("by myself"), result()), own.lines());
    }
}
