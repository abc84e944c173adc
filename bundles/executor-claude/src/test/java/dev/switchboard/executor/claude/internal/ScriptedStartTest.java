package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns that have to wait for others to have started. */
class ScriptedStartTest {
    private static final int ROOM = Runtime.getRuntime().availableProcessors();

    @TempDir
    Path directory;

    private Script script;
    private final List<TurnRecorder> recorders = new ArrayList<>();
    private final List<AgentTurn> turns = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        script = new Script(directory);
    }

    @AfterEach
    void close() {
        script.close();
    }

    /** As many as may start at once, and some more. */
    private void begin(int more) {
        for (int i = 0; i < ROOM + more; i++) {
            TurnRecorder recorder = new TurnRecorder();
            recorders.add(recorder);
            turns.add(script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), recorder));
        }
        assertEquals(ROOM, script.custodian.launched.size());
    }

    private String agent(int turn) {
        return turns.get(turn).agentId().orElseThrow();
    }

    private void awaitLaunched(int count) throws InterruptedException {
        eventually(count + " are launched", () -> script.custodian.launched.size() == count);
    }

    private Map<String, Double> metrics() {
        FigureSink sink = new FigureSink();
        script.executor.collect(sink);
        return sink.values;
    }

    @Test
    @DisplayName(
            "X7 no more processes start at once than there are cores: the next begins with the first line of another")
    void waitTheirTurn() throws Exception {
        begin(2);
        assertEquals(ROOM, metrics().get("claude_starts"));
        assertEquals(2, metrics().get("claude_starts_waiting"));
        assertEquals(2, metrics().get("claude_starts_delayed_total"));
        script.custodian.write(agent(0), RUNNING);
        awaitLaunched(ROOM + 1);
        script.custodian.write(agent(0), init(SESSION));
        assertEquals(ROOM + 1, script.custodian.launched.size());
        assertEquals(agent(ROOM), script.custodian.launched.get(ROOM).agentId());
        script.custodian.exit(agent(1 % ROOM), 1, "it does not start");
        if (ROOM > 1) {
            awaitLaunched(ROOM + 2);
        } else {
            script.custodian.write(agent(ROOM), RUNNING);
            awaitLaunched(ROOM + 2);
        }
        script.custodian.write(agent(ROOM + 1), RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorders.get(ROOM + 1).end().verdict());
        assertEquals(0, metrics().get("claude_starts_waiting"));
    }

    @Test
    @DisplayName(
            "X4 killed or interrupted while it waits for its start, a turn ends at once and nothing is launched for it")
    void stoppedWhileWaiting() throws Exception {
        begin(2);
        turns.get(ROOM).answer(PermissionAnswer.deny("x", "nothing was asked"));
        turns.get(ROOM).kill().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertEquals(Verdict.DIED, recorders.get(ROOM).end().verdict());
        turns.get(ROOM + 1).interrupt();
        turns.get(ROOM + 1).interrupt();
        assertEquals(Verdict.INTERRUPTED, recorders.get(ROOM + 1).end().verdict());
        turns.get(ROOM).detach().toCompletableFuture().get(10, TimeUnit.SECONDS);
        for (int i = 0; i < ROOM; i++) {
            script.custodian.write(agent(i), RUNNING, init(SESSION), result(), IDLE);
            recorders.get(i).end();
        }
        assertEquals(ROOM, script.custodian.launched.size());
        assertEquals(1, recorders.get(ROOM).calls());
        assertEquals(1, recorders.get(ROOM + 1).calls());
    }

    @Test
    @DisplayName("X8 a turn that is given away while it waits for its start is begun at once, and can be adopted")
    void givenAwayWhileWaiting() throws Exception {
        begin(1);
        String agent = agent(ROOM);
        turns.get(ROOM).detach().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertEquals(ROOM + 1, script.custodian.launched.size());
        assertEquals(1, script.custodian.inbox(agent).size());
        ClaudeExecutor next = script.executor(Duration.ofMillis(50), Duration.ofMillis(50));
        try {
            next.bindCustodian(script.custodian);
            AgentLaunch launch = script.launch(SessionChoice.fresh(), Ask.DENY);
            TurnRecorder adopted = new TurnRecorder();
            next.adopt(
                    new AgentAdoption(
                            Optional.of(launch.execution()),
                            launch.project(),
                            launch.directory(),
                            launch.session(),
                            Optional.of(launch.prompt()),
                            launch.options(),
                            agent,
                            script.custodian.find(agent),
                            0,
                            List.of(),
                            List.of()),
                    adopted);
            script.custodian.write(agent, RUNNING, init(SESSION), result(), IDLE);
            assertEquals(Verdict.COMPLETED, adopted.end().verdict());
            assertEquals(0, recorders.get(ROOM).calls());
            assertEquals(
                    1,
                    script.custodian.inbox(agent).stream()
                            .filter(message -> message.contains("\"user\""))
                            .count());
        } finally {
            next.deactivate();
        }
    }

    @Test
    @DisplayName("X10 a turn that cannot be launched after it has waited fails, and says why; the next one begins")
    void failsAfterItHasWaited() throws Exception {
        begin(2);
        script.custodian.sendFails = new dev.switchboard.error.SwitchboardException(
                dev.switchboard.error.ErrorCode.DISK_SPACE_LOW, "the disk is full");
        script.custodian.write(agent(0), RUNNING);
        AgentEvent.TurnEnded end = recorders.get(ROOM).end();
        assertEquals(Verdict.FAILED, end.verdict());
        assertEquals("the disk is full", end.message());
        assertEquals("the disk is full", recorders.get(ROOM + 1).end().message());
        eventually("what was launched was ended", () -> script.custodian.released.size() == 2);
        assertEquals(0, metrics().get("claude_starts_waiting"));
    }

    @Test
    @DisplayName("X7 a process that says nothing holds up the others for a bounded time only")
    void silentProcess() throws Exception {
        script.close();
        script = new Script(directory) {
            @Override
            ClaudeExecutor executor(Duration settle, Duration finish) {
                return super.executor(settle, finish, Duration.ofMillis(20));
            }
        };
        for (int i = 0; i < 2 * ROOM + 1; i++) {
            TurnRecorder recorder = new TurnRecorder();
            turns.add(script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), recorder));
        }
        awaitLaunched(2 * ROOM + 1);
    }

    @Test
    @DisplayName(
            "X6 a conversation that does not exist is begun anew in its turn, and can be killed while it waits for that")
    void anewWaitsToo() throws Exception {
        TurnRecorder resumed = new TurnRecorder();
        AgentTurn turn = script.executor.launch(
                script.launch(new SessionChoice(Optional.of(SESSION), false), Ask.DENY), resumed);
        String first = turn.agentId().orElseThrow();
        for (int i = 1; i < ROOM; i++) {
            script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), new TurnRecorder());
        }
        TurnRecorder waiting = new TurnRecorder();
        script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), waiting);
        script.custodian.write(first, Lines.unknownSession());
        awaitLaunched(ROOM + 1);
        eventually("it waits", () -> metrics().get("claude_starts_waiting") == 1);
        turn.kill().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertEquals(Verdict.DIED, resumed.end().verdict());
        assertEquals(ROOM + 1, script.custodian.launched.size());
        eventually("the first was ended", () -> script.custodian.released.contains(first));
    }
}
