package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.Lines.unknownSession;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server keeps with a run in custody, so that its successor finds it. */
class RunLabelsTest {
    private static final Map<String, String> LABELS = Map.of("options", "{\"ask\":\"deny\"}", "by", "alice");
    private static final Map<String, String> OTHERS = Map.of("options", "{}");

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

    private AgentLaunch launch(SessionChoice session, Map<String, String> labels) {
        return script.launch(session, Ask.DENY, labels);
    }

    private static SessionChoice same() {
        return new SessionChoice(Optional.of(SESSION), false);
    }

    /** The labels that are not the executor's own. */
    private Map<String, String> rest(String agent) {
        Map<String, String> labels = new HashMap<>(script.custodian.labels(agent));
        labels.keySet().retainAll(java.util.Set.of("options", "by"));
        return labels;
    }

    private void endTurn(TurnRecorder recorder) throws InterruptedException {
        script.write(RUNNING, init(SESSION), text("hi"), result(), IDLE);
        recorder.end();
        String agent = script.agent();
        eventually(
                "its run is over in custody",
                () -> !script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
    }

    @Test
    @DisplayName("X8 the server's labels are in custody from the launch on, and go with the run's own")
    void areThereWithTheRun() throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        script.executor.launch(launch(SessionChoice.fresh(), LABELS), recorder);
        String agent = script.agent();
        assertEquals("alice", script.custodian.launched.get(0).labels().get("by"));
        assertEquals(LABELS, rest(agent));
        endTurn(recorder);
        assertEquals(Map.of(), rest(agent));
        assertEquals(SESSION, script.custodian.labels(agent).get(AgentExecutor.LABEL_SESSION));
        assertEquals(script.project.toString(), script.custodian.labels(agent).get(AgentExecutor.LABEL_PROJECT));
    }

    @Test
    @DisplayName(
            "X8 a later turn of the process has its own labels and none of the turn before, before its prompt is sent")
    void laterTurnHasItsOwn() throws Exception {
        TurnRecorder first = new TurnRecorder();
        script.executor.launch(launch(SessionChoice.fresh(), LABELS), first);
        script.write(RUNNING, init(SESSION), text("hi"), result(), IDLE);
        first.end();
        AgentLaunch second = launch(same(), OTHERS);
        script.executor.launch(second, new TurnRecorder());
        assertEquals(1, script.custodian.launched.size());
        assertEquals(OTHERS, rest(script.agent()));
        assertEquals(
                second.execution().toString(),
                script.custodian.labels(script.agent()).get(AgentExecutor.LABEL_EXECUTION));
    }

    @Test
    @DisplayName("X8 a turn without labels takes those of the turn before away")
    void noneTakesThemAway() throws Exception {
        TurnRecorder first = new TurnRecorder();
        script.executor.launch(launch(SessionChoice.fresh(), LABELS), first);
        endTurn(first);
        script.executor.launch(launch(same(), Map.of()), new TurnRecorder());
        assertEquals(Map.of(), rest(script.agent()));
    }

    @Test
    @DisplayName("X8 a turn that the agent begins by itself has the labels of the turn before it")
    void ownTurnKeepsThem() throws Exception {
        TurnRecorder own = new TurnRecorder();
        TurnRecorder first = new TurnRecorder() {
            @Override
            public AgentListener nextTurn(AgentTurn turn) {
                return own;
            }
        };
        script.executor.launch(launch(SessionChoice.fresh(), LABELS), first);
        endTurn(first);
        script.write(RUNNING, init(SESSION), text("by myself"));
        own.await(dev.switchboard.execution.AgentEvent.Line.class);
        assertEquals(LABELS, rest(script.agent()));
        script.write(result(), IDLE);
        own.end();
        eventually("they went with it", () -> rest(script.agent()).isEmpty());
    }

    @Test
    @DisplayName("X8 a run whose conversation does not exist has them in its second process, and no more in the first")
    void movesWithTheRun() throws Exception {
        script.executor.launch(launch(same(), LABELS), new TurnRecorder());
        String first = script.agent();
        script.write(unknownSession());
        eventually("a second process was launched", () -> script.custodian.launched.size() == 2);
        assertEquals("alice", script.custodian.launched.get(1).labels().get("by"));
        eventually("the first has them no more", () -> rest(first).isEmpty());
    }

    @Test
    @DisplayName("X8 the executor's own labels cannot be taken over")
    void ownLabelsStay() throws Exception {
        Map<String, String> stolen = Map.of(
                AgentExecutor.LABEL_EXECUTION,
                "x",
                AgentExecutor.LABEL_PROJECT,
                "x",
                AgentExecutor.LABEL_EXECUTOR,
                "x",
                AgentExecutor.LABEL_SESSION,
                "x",
                "turn-offset",
                "9999999",
                "turn-message",
                "99");
        TurnRecorder first = new TurnRecorder();
        AgentLaunch launch = launch(SessionChoice.fresh(), stolen);
        script.executor.launch(launch, first);
        Map<String, String> labels = script.custodian.labels(script.agent());
        assertFalse(labels.containsValue("x"), labels.toString());
        assertFalse(labels.containsKey("turn-offset"));
        endTurn(first);
        script.executor.launch(launch(same(), stolen), new TurnRecorder());
        labels = script.custodian.labels(script.agent());
        assertFalse(labels.containsValue("x"), labels.toString());
        assertEquals("2", labels.get("turn-message"));
    }
}
