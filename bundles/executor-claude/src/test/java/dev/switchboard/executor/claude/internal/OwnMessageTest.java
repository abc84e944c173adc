package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.message;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Line;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prompt that is on its way to a process while the agent begins a turn by itself: whose end is whose. */
class OwnMessageTest {
    @TempDir
    Path directory;

    private Script script;
    private final TurnRecorder recorder = new TurnRecorder();
    private AgentLaunch launch;
    private AgentTurn turn;

    @BeforeEach
    void open() throws IOException {
        script = Script.warm(directory);
    }

    @AfterEach
    void close() {
        script.close();
    }

    /** A process that tells what becomes of messages has had a turn, and is given another prompt. */
    private void secondPrompt() throws Exception {
        AgentLaunch first = script.launch(SessionChoice.fresh(), Ask.DENY);
        TurnRecorder before = new TurnRecorder();
        script.executor.launch(first, before);
        String id = first.execution().toString();
        script.write(
                RUNNING,
                message(id, "queued"),
                message(id, "started"),
                init(SESSION),
                result(),
                message(id, "completed"),
                IDLE);
        assertEquals(Verdict.COMPLETED, before.end().verdict());
        launch = script.launch(new SessionChoice(Optional.of(SESSION), false), Ask.DENY);
        turn = script.executor.launch(launch, recorder);
        assertEquals(1, script.custodian.launched.size());
    }

    private String mine(String state) {
        return message(launch.execution(), state);
    }

    private void assertNotOver(String... lines) throws Exception {
        int calls = recorder.calls();
        script.write(lines);
        eventually("it was read", () -> recorder.calls() > calls);
        assertEquals(List.of(), recorder.of(AgentEvent.TurnEnded.class));
    }

    @Test
    @DisplayName("X7 the end of a turn that the agent had begun by itself is not the end of the one that was asked for")
    void notTheOthersEnd() throws Exception {
        secondPrompt();
        assertNotOver(RUNNING, init(SESSION), text("by myself"), mine("queued"), result(), IDLE);
        assertNotOver(RUNNING, mine("started"), init(SESSION), text("mine"));
        script.write(result(), mine("completed"), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(
                List.of(init(SESSION), text("by myself"), result(), init(SESSION), text("mine"), result()),
                recorder.lines());
    }

    @Test
    @DisplayName("X7 the CLI may take the prompt only when the turn of its own is over")
    void queuedLate() throws Exception {
        secondPrompt();
        assertNotOver(RUNNING, init(SESSION), text("by myself"), result(), IDLE);
        script.write(RUNNING, mine("queued"), mine("started"), init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(2, recorder.types().filter("result"::equals).count());
    }

    @Test
    void withoutGoingIdle() throws Exception {
        secondPrompt();
        assertNotOver(
                RUNNING, init(SESSION), mine("queued"), result(), RUNNING, init(SESSION), text("again"), result());
        script.write(mine("started"), text("mine"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(3, recorder.types().filter("result"::equals).count());
    }

    @Test
    @DisplayName("X7 put into the turn that is under way, the prompt has its end with it")
    void putIntoTheOther() throws Exception {
        secondPrompt();
        assertNotOver(RUNNING, init(SESSION), text("by myself"), mine("queued"), mine("started"));
        script.write(mine("completed"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
    }

    @Test
    @DisplayName("X7 a prompt that the CLI never takes does not keep the turn open for ever")
    void neverTaken() throws Exception {
        script.close();
        script = new Script(directory, Script.SHORT, Script.SHORT, Script.WARM);
        secondPrompt();
        script.write(RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        String agent = script.agent();
        eventually("the process is not kept", () -> script.custodian.released.contains(agent));
    }

    @Test
    void refused() throws Exception {
        secondPrompt();
        script.write(RUNNING, mine("queued"), mine("refused"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
    }

    @Test
    @DisplayName("X7 an interrupt is for the turn that was asked for, also when the agent is still in one of its own")
    void interrupted() throws Exception {
        secondPrompt();
        assertNotOver(RUNNING, init(SESSION), text("by myself"));
        turn.interrupt();
        assertNotOver(
                mine("queued"),
                Lines.error("error_during_execution", "\"terminal_reason\":\"aborted_streaming\""),
                IDLE);
        assertEquals(1, interrupts());
        script.write(RUNNING, mine("started"), init(SESSION));
        eventually("it was said again", () -> interrupts() == 2);
        script.write(Lines.error("error_during_execution", "\"terminal_reason\":\"aborted_streaming\""), IDLE);
        assertEquals(Verdict.INTERRUPTED, recorder.end().verdict());
    }

    private long interrupts() {
        return script.custodian.inbox(script.agent()).stream()
                .filter(each -> each.contains("\"interrupt\""))
                .count();
    }

    @Test
    @DisplayName("X7 a process that ends before it takes the prompt is replaced, although it was in a turn of its own")
    void endsBeforeItTakesIt() throws Exception {
        secondPrompt();
        assertNotOver(RUNNING, init(SESSION), text("by myself"));
        script.custodian.exit(script.agent(), 1, "");
        eventually("another was launched", () -> script.custodian.launched.size() == 2);
        eventually(
                "it has the prompt",
                () -> script.custodian.inbox(script.agent()).size() == 1);
        script.write(RUNNING, mine("queued"), mine("started"), init(SESSION), text("mine"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertTrue(recorder.lines().contains(text("mine")));
    }

    @Test
    @DisplayName("X7 the mock: prompts that race with turns of the agent's own get their own answers, every time")
    void race(@TempDir Path root) throws Exception {
        Settings settings = Settings.defaults().with(ServerSettings.CLAUDE_WARM, Duration.ofMinutes(10));
        try (Bench bench = new Bench(root, settings, Map.of())) {
            SessionChoice session = SessionChoice.fresh();
            for (int i = 0; i < 12; i++) {
                List<TurnRecorder> own = new CopyOnWriteArrayList<>();
                TurnRecorder asked = new Continued(own);
                String prompt = "[[say text=\"answer " + i + "\"]] [[background for=" + 3 * i
                        + "ms then=\"[[slow lines=3 every=15ms]]\"]]";
                launch(bench, bench.launch(prompt, session, ExecutionOptions.none()), asked);
                assertEquals(Verdict.COMPLETED, asked.end().verdict());
                String text = "\"answer " + i + "\"";
                assertEquals(
                        1,
                        asked.lines().stream()
                                .filter(line -> line.contains("\"assistant\"") && line.contains(text))
                                .count());
                for (TurnRecorder each : own) {
                    each.end();
                }
                session = i == 0
                        ? Bench.resume(
                                asked.of(AgentEvent.SessionChanged.class).get(0).sessionId())
                        : session;
            }
            TurnRecorder last = new Continued(new CopyOnWriteArrayList<>());
            launch(bench, bench.launch("[[session]]", session, ExecutionOptions.none()), last);
            assertEquals(Verdict.COMPLETED, last.end().verdict());
            assertTrue(last.of(Line.class).size() > 0);
        }
    }

    /** A turn that others of the agent's own may follow, one after the other when several commands end. */
    private static final class Continued extends TurnRecorder {
        private final List<TurnRecorder> own;

        Continued(List<TurnRecorder> own) {
            this.own = own;
        }

        @Override
        public AgentListener nextTurn(AgentTurn next) {
            TurnRecorder recorder = new Continued(own);
            own.add(recorder);
            return recorder;
        }
    }

    /** Begins a turn as soon as the agent is in none of its own. */
    private static void launch(Bench bench, AgentLaunch launch, TurnRecorder recorder) throws InterruptedException {
        eventually("it is free", () -> {
            try {
                bench.executor.launch(launch, recorder);
                return true;
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.PROCESS_ACTIVE, e.code());
                return false;
            }
        });
    }
}
