package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several turns in one process, with real custody and the agent mock. */
class MockWarmTest {
    @TempDir
    Path root;

    private Bench bench;
    private String session;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root, warm(), Map.of());
    }

    @AfterEach
    void close() throws InterruptedException {
        bench.close();
    }

    private static Settings warm() {
        return Settings.defaults().with(ServerSettings.CLAUDE_WARM, Duration.ofMinutes(10));
    }

    private record Ran(AgentTurn turn, TurnRecorder recorder, AgentEvent.TurnEnded end) {
        String agent() {
            return turn.agentId().orElseThrow();
        }
    }

    private Ran run(String prompt) throws InterruptedException {
        return run(prompt, ExecutionOptions.none());
    }

    private Ran run(String prompt, ExecutionOptions options) throws InterruptedException {
        SessionChoice choice = session == null ? SessionChoice.fresh() : Bench.resume(session);
        TurnRecorder recorder = new TurnRecorder();
        AgentTurn turn = bench.executor.launch(bench.launch(prompt, choice, options), recorder);
        AgentEvent.TurnEnded end = recorder.end();
        recorder.of(AgentEvent.SessionChanged.class).forEach(changed -> session = changed.sessionId());
        return new Ran(turn, recorder, end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    @DisplayName("X7 twenty turns of a conversation take place in one process, each with its own lines")
    void manyTurns(String version) throws Exception {
        bench.close();
        bench = new Bench(root.resolve(version), warm(), Map.of("SWITCHBOARD_MOCK_VERSION", version));
        Ran first = run("turn 0");
        for (int i = 1; i < 20; i++) {
            Ran next = run("[[session]] turn " + i);
            assertEquals(Verdict.COMPLETED, next.end().verdict());
            assertEquals(first.agent(), next.agent());
            assertTrue(next.recorder().lines().toString().contains("turn " + (i - 1)), "it remembers");
            assertEquals(1, next.recorder().types().filter("result"::equals).count());
        }
        assertEquals(1, bench.custodian.records().size());
    }

    @Test
    @DisplayName(
            "X7 interrupted, and the next turn in the same process; killed, and the next in another one of the same session")
    void interruptAndKill() throws Exception {
        Ran first = run("hello");
        TurnRecorder recorder = new TurnRecorder();
        AgentTurn slow = bench.executor.launch(
                bench.launch("[[stream words=1000 every=20ms]]", Bench.resume(session), ExecutionOptions.none()),
                recorder);
        recorder.await(AgentEvent.Line.class);
        slow.interrupt();
        assertEquals(Verdict.INTERRUPTED, recorder.end().verdict());
        Ran third = run("[[session]]");
        assertEquals(first.agent(), third.agent());
        TurnRecorder killed = new TurnRecorder();
        AgentTurn hanging =
                bench.executor.launch(bench.launch("[[hang]]", Bench.resume(session), ExecutionOptions.none()), killed);
        killed.await(AgentEvent.Line.class);
        hanging.kill().toCompletableFuture().get();
        killed.end();
        Ran fifth = run("[[session]]");
        assertEquals(Verdict.COMPLETED, fifth.end().verdict());
        assertNotEquals(first.agent(), fifth.agent());
        assertEquals(Optional.empty(), bench.custodian.find(first.agent()));
    }

    @Test
    @DisplayName("X7 /clear: the next turn goes on in the new conversation, in the same process")
    void clear() throws Exception {
        Ran first = run("hello");
        String old = session;
        Ran cleared = run("/clear");
        assertEquals(Verdict.COMPLETED, cleared.end().verdict());
        Ran next = run("[[session]]");
        assertNotEquals(old, session);
        assertEquals(first.agent(), next.agent());
        assertTrue(next.recorder().lines().toString().contains(session));
    }

    @Test
    @DisplayName("X7 permission mode and model change in the process that is there")
    void changes() throws Exception {
        Ran first = run("hello", Options.with("default", "sonnet"));
        Ran next = run("hello", Options.with("acceptEdits", "opus"));
        assertEquals(first.agent(), next.agent());
        String lines = next.recorder().lines().toString();
        assertTrue(lines.contains("\"permissionMode\":\"acceptEdits\""), lines);
        assertTrue(lines.contains("opus"), lines);
    }

    @Test
    @DisplayName("X4 X7 an executor that goes takes the processes that wait with it")
    void goes() throws Exception {
        run("hello");
        assertEquals(1, bench.custodian.records().size());
        bench.executor.deactivate();
        TurnRecorder.eventually(
                "nothing lives",
                () -> bench.custodian.records().stream().noneMatch(dev.switchboard.process.CustodyRecord::alive));
    }
}
