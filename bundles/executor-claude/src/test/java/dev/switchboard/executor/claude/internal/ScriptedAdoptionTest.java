package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.ask;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.SessionChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that one executor launched goes on with another one. */
class ScriptedAdoptionTest {
    private static final PermissionRequest OPEN = new PermissionRequest(
            "q1", "Write", Content.of("{\"n\":1}"), Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    Path directory;

    private Script script;
    private ClaudeExecutor next;
    private final TurnRecorder adopted = new TurnRecorder();
    private AgentTurn left;
    private String agent;

    @BeforeEach
    void open() throws IOException {
        script = new Script(directory);
        next = script.executor(Duration.ofMillis(50), Duration.ofMillis(50));
        next.bindCustodian(script.custodian);
    }

    @AfterEach
    void close() {
        script.close();
        next.deactivate();
    }

    private void leave(Ask ask, String... lines) throws Exception {
        begin(ask, lines);
        eventually("the first lines were read", () -> script.recorder.calls() >= 1);
        left.detach().toCompletableFuture().get();
    }

    private void begin(Ask ask, String... lines) {
        left = script.begin(ask);
        agent = script.agent();
        script.write(lines);
    }

    /** As a server that is killed leaves it, perhaps behind the end of its turn. */
    private void crash(String... lines) throws Exception {
        script.recorder.hold();
        script.begin();
        agent = script.agent();
        script.write(lines);
        eventually("the lines were read", () -> script.recorder.calls() >= 1);
        script.executor.unbindCustodian(script.custodian);
        script.custodian.go();
    }

    private static long end(String... lines) {
        long end = 0;
        for (String line : lines) {
            end += line.length() + 1;
        }
        return end;
    }

    private AgentAdoption adoption(long offset, Ask ask, List<PermissionRequest> open, List<PermissionAnswer> answers) {
        return adoption(Optional.of(ExecutionId.random()), SessionChoice.fresh(), offset, ask, open, answers);
    }

    private AgentAdoption adoption(
            Optional<ExecutionId> execution,
            SessionChoice session,
            long offset,
            Ask ask,
            List<PermissionRequest> open,
            List<PermissionAnswer> answers) {
        return new AgentAdoption(
                execution,
                script.project,
                directory,
                session,
                execution.map(id -> Bench.prompt("do it")),
                Script.options(ask),
                agent,
                script.custodian.find(agent),
                offset,
                open,
                answers);
    }

    private void adopt(long offset) {
        next.adopt(adoption(offset, Ask.DENY, List.of(), List.of()), adopted);
    }

    @Test
    @DisplayName("X8 an agent is left in custody as it is, and taken over: each line is reported once")
    void takenOver() throws Exception {
        leave(Ask.DENY, RUNNING, init(SESSION), text("1"));
        int calls = script.recorder.calls();
        assertEquals(List.of(), script.custodian.did(agent));
        script.write(text("2"));
        adopt(end(RUNNING, init(SESSION), text("1")));
        adopted.await(AgentEvent.Line.class);
        script.write(result(), IDLE);
        assertEquals(Verdict.COMPLETED, adopted.end().verdict());
        assertEquals(List.of(text("2"), result()), adopted.lines());
        assertEquals(List.of(new AgentEvent.SessionChanged(SESSION)), adopted.of(AgentEvent.SessionChanged.class));
        assertEquals(calls, script.recorder.calls(), "the first one is not called any more");
        left.interrupt();
        left.kill();
        left.answer(OPEN_DENIED);
        assertTrue(script.custodian.inbox(agent).stream().noneMatch(each -> each.contains("interrupt")));
        eventually("the adopter ended it", () -> script.custodian.released.contains(agent));
    }

    private static final PermissionAnswer OPEN_DENIED = PermissionAnswer.deny("q1", "no");

    @Test
    @DisplayName("X6 X8 a session that custody knows of, but the project does not, is told again")
    void sessionNotRecorded() throws Exception {
        begin(Ask.DENY, RUNNING, init(SESSION));
        eventually(
                "custody knows",
                () -> SESSION.equals(
                        script.custodian.find(agent).orElseThrow().labels().get(AgentExecutor.LABEL_SESSION)));
        left.detach().toCompletableFuture().get();
        adopt(end(RUNNING));
        adopted.await(AgentEvent.Line.class);
        assertEquals(List.of(new AgentEvent.SessionChanged(SESSION)), adopted.of(AgentEvent.SessionChanged.class));
    }

    @Test
    @DisplayName("X8 the prompt is handed over if it was not, and only then")
    void prompt() throws Exception {
        leave(Ask.DENY, RUNNING);
        List<String> before = script.custodian.inbox(agent);
        adopt(0);
        assertEquals(before, script.custodian.inbox(agent));
        agent = "another";
        script.custodian.launch(new dev.switchboard.process.ProcessSpec(
                agent, List.of("claude"), directory, java.util.Map.of(), java.util.Map.of(), java.util.Map.of()));
        next.adopt(adoption(0, Ask.DENY, List.of(), List.of()), new TurnRecorder());
        assertEquals(1, script.custodian.inbox(agent).size());
        assertTrue(script.custodian.inbox(agent).get(0).contains("do it"));
    }

    @Test
    @DisplayName("X8 a turn that ended while nobody watched has ended, although its result was recorded before")
    void endedMeanwhile() throws Exception {
        leave(Ask.DENY, RUNNING, init(SESSION), result());
        script.write(IDLE);
        adopt(end(RUNNING, init(SESSION), result()));
        assertEquals(Verdict.COMPLETED, adopted.end().verdict());
        assertEquals(List.of(), adopted.lines());
    }

    @Test
    void endedBeforeTheServerDid() throws Exception {
        crash(RUNNING, init(SESSION), IDLE, result());
        adopt(end(RUNNING, init(SESSION), IDLE, result()));
        assertEquals(Verdict.COMPLETED, adopted.end().verdict());
    }

    @Test
    @DisplayName("X8 an agent that died while nobody watched is read to its end")
    void diedMeanwhile() throws Exception {
        leave(Ask.DENY, RUNNING, init(SESSION));
        script.write(text("last words"));
        script.custodian.exit(agent, 1, "oh");
        adopt(end(RUNNING, init(SESSION)));
        assertEquals(Verdict.DIED, adopted.end().verdict());
        assertEquals(List.of(text("last words")), adopted.lines());
    }

    @Test
    @DisplayName("X8 earlier turns of the same process are not taken for this one")
    void earlierTurns() throws Exception {
        crash(RUNNING, init(SESSION), result(), IDLE);
        script.write(RUNNING, text("2"));
        adopt(end(RUNNING, init(SESSION), result(), IDLE, RUNNING, text("2")));
        script.write(text("3"));
        adopted.await(AgentEvent.Line.class);
        assertEquals(List.of(), adopted.of(AgentEvent.TurnEnded.class));
        script.write(result(), IDLE);
        assertEquals(Verdict.COMPLETED, adopted.end().verdict());
        assertEquals(List.of(text("3"), result()), adopted.lines());
    }

    @Test
    @DisplayName("X8 a question that was open is still answerable, with the agent's own input")
    void openQuestion() throws Exception {
        leave(Ask.REMOTE, RUNNING, ask("q1", "Write"));
        AgentTurn turn =
                next.adopt(adoption(end(RUNNING, ask("q1", "Write")), Ask.REMOTE, List.of(OPEN), List.of()), adopted);
        turn.answer(new PermissionAnswer("q1", Decision.ALLOW, Optional.empty(), Optional.empty(), false));
        eventually("it was told", () -> script.custodian.inbox(agent).size() == 2);
        assertTrue(script.custodian.inbox(agent).get(1).contains("\"behavior\":\"allow\""));
        script.write(result(), IDLE);
        adopted.end();
        assertEquals(List.of(), adopted.of(AgentEvent.PermissionAsked.class), "it is not asked again");
    }

    @Test
    @DisplayName("X8 a recorded answer that may not have arrived is given again")
    void unconfirmedAnswer() throws Exception {
        leave(Ask.REMOTE, RUNNING, ask("q1", "Write"));
        PermissionAnswer answer = new PermissionAnswer("q1", Decision.ALLOW, Optional.empty(), Optional.empty(), false);
        next.adopt(adoption(end(RUNNING, ask("q1", "Write")), Ask.REMOTE, List.of(), List.of(answer)), adopted);
        eventually("it was told", () -> script.custodian.inbox(agent).size() == 2);
        assertTrue(
                script.custodian.inbox(agent).get(1).contains("\"updatedInput\":{\"file_path\":\"/p/a\",\"n\":1.50}"));
    }

    @Test
    void questionThatNobodyAnswersIsDeniedAgain() throws Exception {
        leave(Ask.REMOTE, RUNNING, ask("q1", "Write"));
        next.adopt(adoption(end(RUNNING, ask("q1", "Write")), Ask.DENY, List.of(), List.of()), adopted);
        eventually("it was told", () -> script.custodian.inbox(agent).size() == 2);
        assertTrue(script.custodian.inbox(agent).get(1).contains("\"behavior\":\"deny\""));
    }

    @Test
    void unknownConversationFoundByTheAdopter() throws Exception {
        leave(Ask.DENY, RUNNING);
        next.adopt(
                adoption(Optional.of(ExecutionId.random()), Bench.resume("gone"), 0, Ask.DENY, List.of(), List.of()),
                adopted);
        script.write(Lines.unknownSession());
        eventually("a second one was launched", () -> script.custodian.launched.size() == 2);
    }

    @Test
    @DisplayName("X8 an idle agent is ended")
    void idleAgent() throws Exception {
        crash(RUNNING, init(SESSION), result(), IDLE);
        AgentTurn turn = next.adopt(
                adoption(Optional.empty(), SessionChoice.fresh(), end(RUNNING), Ask.DENY, List.of(), List.of()),
                adopted);
        assertEquals(Optional.of(agent), turn.agentId());
        turn.interrupt();
        turn.answer(OPEN_DENIED);
        turn.kill().toCompletableFuture().get();
        eventually("it was ended", () -> script.custodian.released.contains(agent));
        assertEquals(0, adopted.calls());
    }

    @Test
    void agentThatIsNotThere() {
        agent = "nobody";
        SwitchboardException failure = assertThrows(SwitchboardException.class, () -> adopt(0));
        assertEquals(ErrorCode.EXECUTION_FAILED, failure.code());
        assertEquals(0, adopted.calls());
    }

    @Test
    void agentThatCannotBeRead() throws Exception {
        leave(Ask.DENY, RUNNING);
        script.custodian.tailFails = new IllegalStateException("no");
        assertThrows(IllegalStateException.class, () -> adopt(0));
        assertEquals(List.of(), script.custodian.did(agent), "ending it is the caller's");
        assertTrue(script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
        assertFalse(script.custodian.released.contains(agent));
    }
}
