package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it looks for threads that are left")
class ScriptedTurnTest {
    @TempDir
    Path directory;

    private Script script;
    private TurnRecorder recorder;

    @BeforeEach
    void open() throws IOException {
        script = new Script(directory);
        recorder = script.recorder;
    }

    @AfterEach
    void close() throws InterruptedException {
        script.close();
        eventually(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("switchboard-claude")));
    }

    @Test
    @DisplayName("X1 a turn: what is shown, what is not, in which order, and how its process is ended")
    void wholeTurn() throws Exception {
        AgentTurn turn = script.begin();
        String agent = script.agent();
        assertEquals(Optional.of(agent), turn.agentId());
        assertTrue(script.custodian.inbox(agent).get(0).contains("\"content\":\"do it\""));
        script.write(
                RUNNING,
                "{\"type\":\"command_lifecycle\",\"state\":\"started\"}",
                init(SESSION),
                "{\"type\":\"stream_event\",\"event\":{}}",
                text("hi"),
                "{\"type\":\"control_response\",\"response\":{}}",
                "{\"type\":\"from_the_future\"}",
                "{\"no\":\"type\"}",
                result(),
                IDLE);
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.COMPLETED, end.verdict());
        assertEquals("", end.message());
        assertEquals(OptionalInt.empty(), end.exitCode());
        assertEquals(
                List.of("system", "assistant", "from_the_future", "unknown", "result"),
                recorder.types().toList());
        List<AgentEvent> events = recorder.events();
        assertEquals(new AgentEvent.SessionChanged(SESSION), events.get(0), "before the line that tells it");
        assertEquals(1, recorder.of(AgentEvent.SessionChanged.class).size());
        assertEquals(1, recorder.of(AgentEvent.Partial.class).size());
        assertSame(end, events.get(events.size() - 1));
        eventually("it was asked to end", () -> script.custodian.did(agent).contains("end of input"));
        assertTrue(script.custodian.inbox(agent).get(1).contains("\"end_session\""));
        assertFalse(script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
        script.custodian.exit(agent, 0, "");
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("X3 origins are the offsets behind the lines")
    void origins() throws Exception {
        script.begin();
        script.write(init(SESSION), result(), IDLE, "{\"type\":\"late\"}");
        AgentEvent.TurnEnded end = recorder.end();
        long first = init(SESSION).length() + 1;
        long second = first + result().length() + 1;
        assertEquals(
                List.of(new Origin(script.agent(), first), new Origin(script.agent(), second)),
                recorder.of(AgentEvent.Line.class).stream()
                        .map(line -> line.origin().orElseThrow())
                        .toList());
        assertEquals(new Origin(script.agent(), second), end.origin().orElseThrow(), "no states were told: the result");
    }

    @Test
    @DisplayName("X7 an interrupt before the turn has begun is said again once it has, and only then")
    void earlyInterrupt() throws Exception {
        AgentTurn turn = script.begin();
        turn.interrupt();
        assertEquals(1, interrupts());
        script.write(IDLE);
        script.write(RUNNING, init(SESSION));
        recorder.await(AgentEvent.Line.class);
        eventually("it was said again", () -> interrupts() == 2);
        script.write(text("x"));
        turn.interrupt();
        assertEquals(3, interrupts());
        script.write(text("y"));
        script.write(result(), IDLE);
        recorder.end();
        assertEquals(3, interrupts());
    }

    private long interrupts() {
        return script.custodian.inbox(script.agent()).stream()
                .filter(message -> message.contains("\"interrupt\""))
                .count();
    }

    @Test
    void idleBeforeResult() throws Exception {
        script.begin();
        script.write(RUNNING, init(SESSION), IDLE);
        script.write(result());
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of("system", "result"), recorder.types().toList());
    }

    @Test
    void idleOfAnEarlierTurnIsNoEnd() throws Exception {
        script.begin();
        script.write(IDLE, RUNNING, init(SESSION));
        recorder.await(AgentEvent.Line.class);
        script.write(result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
    }

    @Test
    void resultWithoutIdleSettles() throws Exception {
        try (Script impatient = new Script(directory, Script.SHORT, Script.SHORT)) {
            impatient.begin();
            impatient.write(RUNNING, init(SESSION), result());
            assertEquals(Verdict.COMPLETED, impatient.recorder.end().verdict());
        }
    }

    @Test
    void runningAfterResultIsTheNextTurn() throws Exception {
        try (Script patient = new Script(directory)) {
            patient.begin();
            patient.write(RUNNING, init(SESSION), result(), RUNNING, text("by itself"));
            assertEquals(Verdict.COMPLETED, patient.recorder.end().verdict());
            assertEquals(List.of("system", "result"), patient.recorder.types().toList());
        }
    }

    @Test
    void idleWithoutResult() throws Exception {
        try (Script impatient = new Script(directory, Script.SHORT, Script.SHORT)) {
            impatient.begin();
            impatient.write(RUNNING, init(SESSION), IDLE);
            AgentEvent.TurnEnded end = impatient.recorder.end();
            assertEquals(Verdict.FAILED, end.verdict());
            assertEquals("The agent stopped without a result.", end.message());
        }
    }

    @Test
    @DisplayName("X7 interrupted: asked by control request, and the end tells")
    void interrupted() throws Exception {
        AgentTurn turn = script.begin();
        script.write(RUNNING, init(SESSION));
        recorder.await(AgentEvent.Line.class);
        turn.interrupt();
        assertTrue(script.custodian.inbox(script.agent()).get(1).contains("\"subtype\":\"interrupt\""));
        script.write(
                Lines.error(
                        "error_during_execution",
                        "\"terminal_reason\":\"aborted_tools\",\"errors\":[\"[ede_diagnostic] x\"]"),
                IDLE);
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.INTERRUPTED, end.verdict());
        assertEquals("The turn was interrupted.", end.message());
        turn.interrupt();
        assertEquals(
                1,
                script.custodian.inbox(script.agent()).stream()
                        .filter(each -> each.contains("interrupt"))
                        .count());
    }

    @Test
    @DisplayName("X1 the verdict is is_error: an API failure is a success with an error")
    void apiError() throws Exception {
        script.begin();
        script.write(init(SESSION), Lines.error("success", "\"result\":\"API Error: 500 \\u001b[31mbroken\\u0007\""));
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.FAILED, end.verdict());
        assertEquals("API Error: 500 broken", end.message());
    }

    @Test
    void exitWithoutResult() throws Exception {
        script.begin();
        script.write(init(SESSION), text("half"));
        script.custodian.writeTorn(script.agent(), "{\"type\":\"assi");
        script.custodian.exit(script.agent(), 139, "first\nSegmentation fault\n");
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals("The agent ended without a result, exit code 139: Segmentation fault", end.message());
        assertEquals(OptionalInt.of(139), end.exitCode());
        assertEquals("first\nSegmentation fault\n", end.stderrTail());
        assertEquals(List.of("system", "assistant"), recorder.types().toList());
        eventually("it was released", () -> script.custodian.released.size() == 1);
    }

    @Test
    @DisplayName("X3 nothing is lost at a fast exit: the last line may lack its line feed, the idle event may not come")
    void fastExit() throws Exception {
        script.begin();
        script.write(RUNNING, init(SESSION));
        script.custodian.writeTorn(script.agent(), result());
        script.custodian.exit(script.agent(), 0, "");
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.COMPLETED, end.verdict());
        assertEquals(OptionalInt.of(0), end.exitCode());
        assertEquals(List.of("system", "result"), recorder.types().toList());
    }

    @Test
    @DisplayName("X6 an unknown conversation: the same prompt in a new one, and nobody sees more than the new id")
    void unknownSession() throws Exception {
        AgentTurn turn = script.resume("gone");
        String first = script.agent();
        assertTrue(script.custodian.launched.get(0).command().contains("--resume=gone"));
        script.write(Lines.unknownSession());
        eventually("a second one was launched", () -> script.custodian.launched.size() == 2);
        assertTrue(recorder.events().isEmpty());
        assertFalse(script.custodian.labels(first).containsKey(AgentExecutor.LABEL_EXECUTION));
        String second = script.agent();
        assertTrue(
                script.custodian.launched.get(1).command().stream().anyMatch(word -> word.startsWith("--session-id=")));
        eventually("it has the prompt", () -> script.custodian.inbox(second).size() == 1);
        assertEquals(
                script.custodian.inbox(first).get(0),
                script.custodian.inbox(second).get(0));
        script.custodian.exit(first, 1, "No conversation found with session ID: gone");
        script.write(RUNNING, init(SESSION), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(Optional.of(second), turn.agentId());
        assertEquals(List.of(new AgentEvent.SessionChanged(SESSION)), recorder.of(AgentEvent.SessionChanged.class));
        eventually("the first was released", () -> script.custodian.released.contains(first));
    }

    @Test
    void unknownSessionToldOnStderrOnly() throws Exception {
        script.resume("gone");
        script.custodian.exit(script.agent(), 1, "No conversation found with session ID: gone");
        eventually("a second one was launched", () -> script.custodian.launched.size() == 2);
        script.write(init(SESSION), Lines.unknownSession());
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.FAILED, end.verdict(), "tried once, not for ever");
        assertEquals(2, script.custodian.launched.size());
    }

    @Test
    void killedInsteadOfBegunAnew() throws Exception {
        AgentTurn turn = script.resume("gone");
        turn.kill();
        assertEquals(Verdict.DIED, recorder.end().verdict());
        assertEquals(1, script.custodian.launched.size());
    }

    @Test
    @DisplayName("X4 kill: asked by interrupt at once, then the ladder within the grace")
    void kill() throws Exception {
        AgentTurn turn = script.begin();
        script.write(RUNNING, init(SESSION));
        recorder.await(AgentEvent.Line.class);
        String agent = script.agent();
        turn.kill().toCompletableFuture().get();
        assertEquals(
                "terminate " + Script.GRACE.toMillis(),
                script.custodian.did(agent).get(0));
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals("The agent was ended.", end.message());
        turn.kill().toCompletableFuture().get();
    }

    @Test
    @DisplayName("X2 lines that are no JSON are counted and dropped")
    void notJson() throws Exception {
        script.begin();
        script.write("DEBUG something", "", "[1]", "{\"type\":\"assistant\"", init(SESSION), result());
        recorder.end();
        assertEquals(List.of("system", "result"), recorder.types().toList());
        FigureSink figures = new FigureSink();
        script.executor.collect(figures);
        assertEquals(4.0, figures.values.get("claude_lines_not_json_total"));
    }

    @Test
    @DisplayName("X2 malformed UTF-8 becomes U+FFFD, in a short line and in one that is too long for memory")
    void malformedUtf8() throws Exception {
        String line = "{\"type\":\"a\u00ff\",\"x\":\"\u00c3\u00a9\"}";
        Path file = directory.resolve("spool");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"type\":\"b\",\"x\":\"".getBytes(UTF_8));
            byte[] text = new byte[3 << 20];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) (i % 1000 == 0 ? 0xff : 'x');
            }
            out.write(text);
            out.write("\"}".getBytes(UTF_8));
        }
        List<String> read = new java.util.concurrent.CopyOnWriteArrayList<>();
        TurnRecorder reader = new TurnRecorder() {
            @Override
            void read(AgentEvent event) {
                if (event instanceof AgentEvent.Line each && each.type().equals("b")) {
                    read.add(each.line().toText());
                }
            }
        };
        script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), reader);
        script.custodian.write(script.agent(), Content.of(line.getBytes(ISO_8859_1)));
        script.custodian.write(script.agent(), Content.of(file, 0, Files.size(file)));
        script.write(init(SESSION), result());
        reader.end();
        List<AgentEvent.Line> lines = reader.of(AgentEvent.Line.class);
        assertEquals("{\"type\":\"a\ufffd\",\"x\":\"é\"}", lines.get(0).line().toText());
        eventually(
                "the copy was removed, once recorded",
                () -> !readable(lines.get(1).line()));
        assertEquals(new String(Files.readAllBytes(file), UTF_8), read.get(0));
        assertFalse(read.get(0).contains("\u00ff"));
    }

    private static boolean readable(Content content) {
        try {
            return content.read(0, ByteBuffer.allocate(1)) == 1;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void limits() throws Exception {
        script.begin();
        script.write(
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":1795354167}}",
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"allowed_warning\",\"resetsAt\":1795354167}}",
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"isUsingOverage\":true,\"resetsAt\":1}}",
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":1e30}}",
                "{\"type\":\"rate_limit_event\"}",
                result());
        recorder.end();
        assertEquals(
                List.of(
                        Optional.of(Instant.ofEpochSecond(1795354167)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                recorder.of(AgentEvent.Limited.class).stream()
                        .map(AgentEvent.Limited::until)
                        .toList());
        assertEquals(6, recorder.lines().size());
    }

    @Test
    @DisplayName("X2 nothing more is read from an agent until its lines were recorded")
    void backpressure() throws Exception {
        recorder.hold();
        script.begin();
        script.write(init(SESSION));
        recorder.await(AgentEvent.Line.class);
        script.write(text("1"), text("2"), result());
        assertEquals(1, recorder.calls());
        recorder.release();
        recorder.end();
        assertEquals(4, recorder.lines().size());
    }

    @Test
    @DisplayName("X3 the agent is kept until the end of its turn was recorded")
    void keptUntilRecorded() throws Exception {
        script.begin();
        String agent = script.agent();
        recorder.hold();
        script.write(result());
        recorder.await(AgentEvent.TurnEnded.class);
        script.custodian.exit(agent, 0, "");
        assertTrue(script.custodian.labels(agent).containsKey(AgentExecutor.LABEL_EXECUTION));
        assertTrue(script.custodian.released.isEmpty());
        recorder.release();
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("X3 an agent that ends by itself behind its turn is kept until the end of the turn was recorded")
    void endsBeforeItIsRecorded() throws Exception {
        recorder.hold();
        script.begin();
        String agent = script.agent();
        script.custodian.write(agent, RUNNING, init(SESSION), result(), IDLE);
        recorder.await(AgentEvent.TurnEnded.class);
        script.custodian.exit(agent, 0, "");
        CompletableFuture<Void> read = new CompletableFuture<>();
        script.executor.forget(script.project).thenRun(() -> read.complete(null));
        assertThrows(TimeoutException.class, () -> read.get(100, TimeUnit.MILLISECONDS));
        assertFalse(script.custodian.released.contains(agent));
        recorder.release();
        eventually("it was released", () -> script.custodian.released.contains(agent));
        read.get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName(
            "X8 a turn that is over cannot be given away: its process is still seen to, and its end is told by then")
    void detachedBehindItsEnd() throws Exception {
        AgentTurn turn = script.begin();
        String agent = script.agent();
        script.write(RUNNING, init(SESSION), result(), IDLE);
        recorder.end();
        turn.detach().toCompletableFuture().get(10, TimeUnit.SECONDS);
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    void silentLinesAreSignsOfLife() throws Exception {
        script.begin();
        script.write("{\"type\":\"control_response\",\"response\":{}}");
        recorder.await(AgentEvent.Alive.class);
    }

    @Test
    void listenerThatThrows() throws Exception {
        CompletableFuture<AgentEvent> last = new CompletableFuture<>();
        TurnRecorder broken = new TurnRecorder() {
            @Override
            public CompletionStage<Void> on(List<AgentEvent> more) {
                more.stream().filter(AgentEvent.TurnEnded.class::isInstance).forEach(last::complete);
                throw new IllegalStateException("broken");
            }
        };
        script.executor.launch(script.launch(SessionChoice.fresh(), Ask.DENY), broken);
        script.write(init(SESSION));
        script.write(result());
        last.get();
        script.custodian.exit(script.agent(), 0, "");
        eventually("it was released", () -> script.custodian.released.size() == 1);
    }

    @Test
    @DisplayName("S1 without custody: EXECUTOR_UNAVAILABLE, and the listener is not called")
    void withoutCustody() {
        script.executor.unbindCustodian(script.custodian);
        SwitchboardException failure = assertThrows(SwitchboardException.class, script::begin);
        assertEquals(ErrorCode.EXECUTOR_UNAVAILABLE, failure.code());
        assertEquals("process", failure.details().get("service"));
        assertEquals(0, recorder.calls());
    }

    @Test
    void promptThatCannotBeSent() throws Exception {
        script.custodian.sendFails = new SwitchboardException(ErrorCode.DISK_SPACE_LOW, "full");
        SwitchboardException failure = assertThrows(SwitchboardException.class, script::begin);
        assertEquals(ErrorCode.DISK_SPACE_LOW, failure.code());
        eventually("nothing is left", () -> script.custodian.released.size() == 1);
        assertEquals(0, recorder.calls());
    }

    @Test
    void outputThatCannotBeFollowed() throws Exception {
        script.custodian.tailFails = new IllegalStateException("no");
        assertThrows(IllegalStateException.class, script::begin);
        eventually("nothing is left", () -> script.custodian.released.size() == 1);
    }

    @Test
    @DisplayName("S1 custody is replaced in mid-turn: the turn goes on, each line once")
    void custodyReplaced() throws Exception {
        script.begin();
        String agent = script.agent();
        script.write(RUNNING, init(SESSION), text("1"));
        recorder.await(AgentEvent.Line.class, line -> line.type().equals("assistant"));
        FakeCustodian old = script.custodian;
        script.executor.unbindCustodian(old);
        old.go();
        script.custodian = old.successor();
        script.custodian.write(agent, text("2"), result(), IDLE);
        script.executor.bindCustodian(script.custodian);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(init(SESSION), text("1"), text("2"), result()), recorder.lines());
        script.custodian.exit(agent, 0, "");
        eventually("it was released", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("S1 custody is replaced, the new one first, while lines wait to be recorded")
    void custodyReplacedUnderLoad() throws Exception {
        recorder.hold();
        script.begin();
        String agent = script.agent();
        script.write(RUNNING, init(SESSION));
        recorder.await(AgentEvent.Line.class);
        FakeCustodian old = script.custodian;
        script.custodian = old.successor();
        script.executor.bindCustodian(script.custodian);
        script.executor.unbindCustodian(old);
        script.custodian.write(agent, text("2"), result(), IDLE);
        assertEquals(1, recorder.calls());
        recorder.release();
        recorder.end();
        assertEquals(List.of(init(SESSION), text("2"), result()), recorder.lines());
    }

    @Test
    void agentLostByTheNextCustody() throws Exception {
        script.begin();
        script.write(init(SESSION));
        recorder.await(AgentEvent.Line.class);
        script.executor.bindCustodian(new FakeCustodian());
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals(OptionalInt.empty(), end.exitCode());
        assertTrue(end.message().contains("lost"));
    }

    @Test
    void outputThatStopsIsReadAgain() throws Exception {
        script.begin();
        script.write(init(SESSION));
        recorder.await(AgentEvent.Line.class);
        script.custodian.go();
        script.write(result());
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(init(SESSION), result()), recorder.lines());
    }

    @Test
    void outputThatIsGone() throws Exception {
        script.begin();
        script.write(init(SESSION));
        recorder.await(AgentEvent.Line.class);
        script.custodian.tailFails = new IllegalStateException("bad disk");
        script.custodian.go();
        AgentEvent.TurnEnded end = recorder.end();
        assertEquals(Verdict.FAILED, end.verdict());
        assertTrue(end.message().contains("cannot be read"));
        assertTrue(script.custodian.did(script.agent()).contains("terminate 0"));
    }

    @Test
    void processThatDoesNotEndWhenAsked() throws Exception {
        script.begin();
        String agent = script.agent();
        script.write(result());
        recorder.end();
        eventually("it was made to end", () -> script.custodian.released.contains(agent));
    }

    @Test
    @DisplayName("X8 when the executor goes, running agents stay and idle ones end")
    void deactivated() throws Exception {
        try (Script patient = new Script(directory, Duration.ofMillis(50), Duration.ofHours(1))) {
            patient.begin();
            String running = patient.agent();
            patient.write(init(SESSION));
            patient.recorder.await(AgentEvent.Line.class);
            TurnRecorder other = new TurnRecorder();
            patient.executor.launch(patient.launch(SessionChoice.fresh(), Ask.DENY), other);
            String idle = patient.agent();
            patient.write(result());
            other.end();
            eventually("it is idle", () -> patient.custodian.did(idle).contains("end of input"));
            patient.executor.deactivate();
            assertEquals(List.of(), patient.custodian.did(running));
            assertTrue(patient.custodian.labels(running).containsKey(AgentExecutor.LABEL_EXECUTION));
            assertTrue(patient.custodian.did(idle).contains("terminate 0"));
            int calls = patient.recorder.calls();
            patient.custodian.write(running, result());
            assertEquals(calls, patient.recorder.calls());
        }
    }

    @Test
    void forgetsIdleAgentsOfAProject() throws Exception {
        try (Script patient = new Script(directory, Duration.ofMillis(50), Duration.ofHours(1))) {
            patient.begin();
            String agent = patient.agent();
            patient.executor.forget(patient.project).toCompletableFuture().get();
            assertEquals(List.of(), patient.custodian.did(agent), "it is not idle");
            patient.write(result());
            patient.recorder.end();
            eventually("it is idle", () -> patient.custodian.did(agent).contains("end of input"));
            patient.executor.forget(ProjectId.random()).toCompletableFuture().get();
            assertEquals(List.of(), patient.custodian.released, "it is another project's");
            patient.executor.forget(patient.project).toCompletableFuture().get();
            assertEquals(List.of(agent), patient.custodian.released);
        }
    }
}
