package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Origin;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.protocol.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every executor must do. A provider extends this and says how its agent is brought into each situation. */
abstract class AgentExecutorContract {
    private static final long SECONDS = 30;

    protected final TurnRecorder recorder = new TurnRecorder();

    /** The executor under test. */
    protected abstract AgentExecutor executor();

    /** A successor of the same name, while the first one still runs. */
    protected abstract AgentExecutor successor();

    /** What custody knows of an agent. */
    protected abstract Optional<CustodyRecord> custody(String agentId);

    /** A prompt to which the agent answers something and is done. */
    protected abstract String answered();

    /** A prompt that keeps the agent busy, after it has written at least two lines, until it is stopped. */
    protected abstract String endless();

    /** A prompt with which the agent asks for permission and is done when it has it, or has it not. */
    protected abstract String asking();

    /** A prompt with which the agent's turn fails. */
    protected abstract String failing();

    protected abstract AgentLaunch launch(String prompt, SessionChoice session, ExecutionOptions options);

    private AgentTurn begin(String prompt) {
        return begin(prompt, Ask.DENY);
    }

    private AgentTurn begin(String prompt, Ask ask) {
        return executor().launch(launch(prompt, SessionChoice.fresh(), Script.options(ask)), recorder);
    }

    @Test
    @DisplayName("X1 capabilities are there at once and name what works")
    void capabilities() {
        AgentCapabilities capabilities = executor().capabilities();
        assertEquals(Optional.empty(), capabilities.unavailable());
        assertTrue(capabilities.permissionModes().contains("default"));
        assertTrue(capabilities.features().contains(AgentCapabilities.INTERRUPT));
    }

    @Test
    @DisplayName("X1 a turn: one end, last; each line one JSON object with its type; origins that grow")
    void turn() throws Exception {
        begin(answered());
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        List<AgentEvent> events = recorder.events();
        assertTrue(events.get(events.size() - 1) instanceof AgentEvent.TurnEnded);
        assertEquals(1, recorder.of(AgentEvent.TurnEnded.class).size());
        long before = 0;
        for (AgentEvent.Line line : recorder.of(AgentEvent.Line.class)) {
            assertEquals(line.type(), parse(line.line().toText()));
            long offset = line.origin().map(Origin::offset).orElse(before + 1);
            assertTrue(offset > before);
            before = offset;
        }
        assertTrue(before > 0);
    }

    @Test
    @DisplayName("X6 the session's id is told, and the conversation goes on under it")
    void session() throws Exception {
        begin(answered());
        String id = recorder.await(AgentEvent.SessionChanged.class).sessionId();
        recorder.end();
        TurnRecorder second = new TurnRecorder();
        SessionChoice same = new SessionChoice(Optional.of(id), false);
        executor().launch(launch(answered(), same, ExecutionOptions.none()), second);
        assertEquals(Verdict.COMPLETED, second.end().verdict());
        assertTrue(second.of(AgentEvent.SessionChanged.class).stream()
                .allMatch(each -> each.sessionId().equals(id)));
        TurnRecorder third = new TurnRecorder();
        SessionChoice fork = new SessionChoice(Optional.of(id), true);
        executor().launch(launch(answered(), fork, ExecutionOptions.none()), third);
        third.end();
        assertFalse(third.await(AgentEvent.SessionChanged.class).sessionId().equals(id));
    }

    @Test
    void failure() throws Exception {
        begin(failing());
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.FAILED, end.verdict());
        assertFalse(end.message().isBlank());
    }

    @Test
    @DisplayName("X2 the agent is held back until what it wrote was recorded")
    void backpressure() throws Exception {
        recorder.hold();
        begin(answered());
        recorder.await(AgentEvent.class);
        assertEquals(1, recorder.calls());
        recorder.release();
        recorder.end();
    }

    @Test
    @DisplayName("X7 interrupt ends the turn")
    void interrupt() throws Exception {
        AgentTurn turn = begin(endless());
        recorder.await(AgentEvent.Line.class, line -> line.type().equals("assistant"));
        turn.interrupt();
        assertEquals(Verdict.INTERRUPTED, recorder.end().verdict());
        turn.interrupt();
    }

    @Test
    @DisplayName("X4 kill ends the agent; the turn's end is reported; nothing is left")
    void kill() throws Exception {
        AgentTurn turn = begin(endless());
        recorder.await(AgentEvent.Line.class);
        String agent = turn.agentId().orElseThrow();
        turn.kill().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        assertFalse(custody(agent).map(CustodyRecord::alive).orElse(false));
        assertFalse(recorder.end().verdict() == Verdict.COMPLETED);
        turn.kill().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        turn.answer(PermissionAnswer.deny("x", "the turn is over"));
        TurnRecorder.eventually("it was released", () -> custody(agent).isEmpty());
    }

    @Test
    @DisplayName("X7 a permission question is asked, and answered once")
    void permission() throws Exception {
        Assumptions.assumeTrue(executor().capabilities().features().contains(AgentCapabilities.PERMISSIONS));
        AgentTurn turn = begin(asking(), Ask.REMOTE);
        String id = recorder.await(AgentEvent.PermissionAsked.class).request().permissionId();
        turn.answer(PermissionAnswer.deny(id + "x", "no such question"));
        turn.answer(new PermissionAnswer(id, Decision.ALLOW, Optional.empty(), Optional.empty(), false));
        turn.answer(PermissionAnswer.deny(id, "it was answered"));
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
    }

    @Test
    void permissionThatNobodyAnswers() throws Exception {
        begin(asking(), Ask.DENY);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(), recorder.of(AgentEvent.PermissionAsked.class));
    }

    @Test
    @DisplayName("X8 a turn is given away and taken over: each line once, and one end")
    void adoption() throws Exception {
        Assumptions.assumeTrue(executor().capabilities().features().contains(AgentCapabilities.ADOPT));
        AgentLaunch launch = launch(endless(), SessionChoice.fresh(), ExecutionOptions.none());
        AgentTurn turn = executor().launch(launch, recorder);
        recorder.await(AgentEvent.Line.class, line -> line.type().equals("assistant"));
        turn.detach().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        int calls = recorder.calls();
        List<AgentEvent.Line> before = recorder.of(AgentEvent.Line.class);
        long offset = before.get(before.size() - 1).origin().orElseThrow().offset();
        String agent = turn.agentId().orElseThrow();
        TurnRecorder second = new TurnRecorder();
        AgentTurn adopted = successor().adopt(adoption(launch, agent, offset), second);
        second.await(AgentEvent.Line.class);
        adopted.interrupt();
        assertEquals(Verdict.INTERRUPTED, second.end().verdict());
        assertEquals(calls, recorder.calls());
        assertEquals(List.of(), recorder.of(AgentEvent.TurnEnded.class));
        assertTrue(second.of(AgentEvent.Line.class).stream()
                .allMatch(line -> line.origin().orElseThrow().offset() > offset));
    }

    private AgentAdoption adoption(AgentLaunch launch, String agent, long offset) {
        return new AgentAdoption(
                Optional.of(launch.execution()),
                launch.project(),
                launch.directory(),
                launch.session(),
                Optional.of(launch.prompt()),
                launch.options(),
                agent,
                custody(agent),
                offset,
                List.of(),
                List.of());
    }

    @Test
    void adoptionOfNobody() {
        AgentLaunch launch = launch(answered(), SessionChoice.fresh(), ExecutionOptions.none());
        assertThrows(SwitchboardException.class, () -> executor().adopt(adoption(launch, "nobody", 0), recorder));
        assertEquals(0, recorder.calls());
    }

    @Test
    void forgetWithoutAgents() throws Exception {
        AgentLaunch launch = launch(answered(), SessionChoice.fresh(), ExecutionOptions.none());
        executor().forget(launch.project()).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    private static String parse(String line) throws JsonProcessingException {
        return Json.read(line.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("type")
                .asText();
    }
}
