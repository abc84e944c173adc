package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Line;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Origin;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that go from one executor to the next, with real custody and the agent mock. */
class MockAdoptionTest {
    @TempDir
    Path root;

    private Bench bench;
    private final List<ClaudeExecutor> executors = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void close() throws InterruptedException {
        executors.forEach(ClaudeExecutor::deactivate);
        bench.close();
    }

    private ClaudeExecutor next() {
        ClaudeExecutor next = bench.executor();
        executors.add(next);
        return next;
    }

    /** A turn on its way from executor to executor; what each reported, in order. */
    private final class Passed {
        private final AgentLaunch launch;
        private final List<TurnRecorder> recorders = new ArrayList<>();
        private AgentTurn turn;

        Passed(AgentLaunch launch, TurnRecorder first) {
            this.launch = launch;
            recorders.add(first);
            turn = bench.executor.launch(launch, first);
        }

        Passed(AgentLaunch launch) {
            this(launch, new TurnRecorder());
        }

        String agent() {
            return turn.agentId().orElseThrow();
        }

        TurnRecorder last() {
            return recorders.get(recorders.size() - 1);
        }

        void detach() throws Exception {
            turn.detach().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }

        void adopt(TurnRecorder recorder, List<PermissionRequest> open, List<PermissionAnswer> answers) {
            adopt(recorder, launch.options(), open, answers);
        }

        void adopt(
                TurnRecorder recorder,
                ExecutionOptions options,
                List<PermissionRequest> open,
                List<PermissionAnswer> answers) {
            String agent = agent();
            AgentAdoption adoption = new AgentAdoption(
                    Optional.of(launch.execution()),
                    launch.project(),
                    launch.directory(),
                    launch.session(),
                    Optional.of(launch.prompt()),
                    options,
                    agent,
                    bench.custodian.find(agent),
                    offset(),
                    open,
                    answers);
            recorders.add(recorder);
            turn = next().adopt(adoption, recorder);
        }

        void adopt() {
            adopt(new TurnRecorder(), List.of(), List.of());
        }

        /** Behind the last line or question that was recorded. */
        long offset() {
            return recorders.stream()
                    .flatMap(recorder -> recorder.events().stream())
                    .flatMap(event -> origin(event).stream())
                    .mapToLong(Origin::offset)
                    .max()
                    .orElse(0);
        }

        private Optional<Origin> origin(AgentEvent event) {
            if (event instanceof Line line) {
                return line.origin();
            }
            return event instanceof AgentEvent.PermissionAsked asked ? asked.origin() : Optional.empty();
        }

        List<String> lines() {
            return recorders.stream()
                    .flatMap(recorder -> recorder.lines().stream())
                    .toList();
        }
    }

    private static List<String> numbers(List<String> lines, String total) {
        return lines.stream()
                .filter(line -> line.contains("/" + total))
                .map(line -> line.substring(line.indexOf("/" + total) - 10, line.indexOf("/" + total)))
                .toList();
    }

    private static List<String> upTo(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> String.format("%010d", number))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 9000, 300_000})
    @DisplayName(
            "X8 passed on in mid-line again and again while lines flow: each once, in order, and nothing after detach")
    void passedOnWhileLinesFlow(int bytes) throws Exception {
        int count = 60_000_000 / bytes / 10;
        Passed passed = new Passed(bench.launch("[[flood lines=" + count + " bytes=" + bytes + "]]"));
        int hops = 0;
        while (passed.last().of(AgentEvent.TurnEnded.class).isEmpty() && hops < 25) {
            TurnRecorder last = passed.last();
            eventually(
                    "another line came",
                    () -> !last.of(Line.class).isEmpty()
                            || !last.of(AgentEvent.TurnEnded.class).isEmpty());
            passed.detach();
            if (!last.of(AgentEvent.TurnEnded.class).isEmpty()) {
                break;
            }
            int calls = last.calls();
            passed.adopt();
            hops++;
            assertEquals(calls, last.calls());
        }
        assertTrue(hops >= 1, "it was passed on at least once");
        assertEquals(Verdict.COMPLETED, passed.last().end().verdict());
        assertEquals(upTo(count), numbers(passed.lines(), String.format("%010d", count)));
        assertEquals(
                1,
                passed.lines().stream()
                        .filter(line -> line.contains("\"init\""))
                        .count());
        bench.awaitEmpty();
    }

    @Test
    @DisplayName(
            "X8 left at once, and dead with all its output when it is adopted: nothing is lost, and the exit code is right")
    void deadWithOutputLeft() throws Exception {
        Passed passed = new Passed(bench.launch("[[flood lines=3000 bytes=500]] [[exit code=7]]"));
        passed.detach();
        eventually("it is dead", () -> !alive(passed.agent()));
        passed.adopt();
        AgentEvent.TurnEnded end = passed.last().end();
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals(7, end.exitCode().getAsInt());
        assertEquals(upTo(3000), numbers(passed.lines(), "0000003000"));
        bench.awaitEmpty();
    }

    private boolean alive(String agent) {
        return bench.custodian.find(agent).map(CustodyRecord::alive).orElse(false);
    }

    @Test
    @DisplayName("X8 a half line at a crash is dropped by the adopter too")
    void diedInMidLine() throws Exception {
        Passed passed = new Passed(bench.launch("[[say text=\"one\"]] [[crash mid-line code=3]]"));
        passed.detach();
        eventually("it is dead", () -> !alive(passed.agent()));
        passed.adopt();
        AgentEvent.TurnEnded end = passed.last().end();
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals(3, end.exitCode().getAsInt());
        assertEquals(
                1,
                passed.lines().stream().filter(line -> line.contains("\"one\"")).count());
        assertEquals(2, passed.lines().size(), "init and one answer");
    }

    @Test
    @DisplayName("X2 X8 left within a line of 64 MB, which is reported once and whole")
    void hugeLine() throws Exception {
        List<Long> sizes = new ArrayList<>();
        Passed passed = new Passed(bench.launch("[[huge bytes=67108864]] [[say text=\"after\"]]"), huge(sizes));
        String agent = passed.agent();
        eventually(
                "it is within the line",
                () -> bench.custodian.find(agent).orElseThrow().outputBytes() > 100_000);
        passed.detach();
        passed.adopt(huge(sizes), List.of(), List.of());
        assertEquals(Verdict.COMPLETED, passed.last().end().verdict());
        assertEquals(List.of(67108864L - 1), sizes);
        assertEquals(1, numbersOf(passed, "after"));
    }

    private static TurnRecorder huge(List<Long> sizes) {
        return new TurnRecorder() {
            @Override
            void read(AgentEvent event) {
                if (event instanceof Line line && line.line().size() > 1 << 20) {
                    sizes.add(line.line().size());
                }
            }
        };
    }

    private static long numbersOf(Passed passed, String text) {
        return passed.recorders.stream()
                .flatMap(recorder -> recorder.of(Line.class).stream())
                .filter(line -> line.type().equals("assistant") && line.line().size() < 1 << 20)
                .filter(line -> line.line().toText().contains("\"" + text + "\""))
                .count();
    }

    private static PermissionAnswer allow(String id) {
        return new PermissionAnswer(id, Decision.ALLOW, Optional.empty(), Optional.empty(), false);
    }

    private Passed asked() throws Exception {
        Passed passed = new Passed(bench.launch(
                "[[ask tool=Write path=a.txt content=\"hello\"]] [[slow lines=5 every=100ms]]",
                SessionChoice.fresh(),
                Script.options(Ask.REMOTE)));
        passed.last().await(AgentEvent.PermissionAsked.class);
        return passed;
    }

    private static PermissionRequest question(TurnRecorder recorder) {
        return recorder.of(AgentEvent.PermissionAsked.class).get(0).request();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("X7 X8 a question that is open is answered after the adoption, and the answer takes effect")
    void openQuestion(boolean atOnce) throws Exception {
        Passed passed = asked();
        PermissionRequest open = question(passed.last());
        passed.detach();
        passed.turn.answer(allow(open.permissionId()));
        passed.adopt(new TurnRecorder(), List.of(open), List.of());
        if (!atOnce) {
            passed.last().await(AgentEvent.class);
        }
        assertFalse(Files.exists(bench.directory.resolve("a.txt")), "an answer after detach is not sent");
        passed.turn.answer(allow(open.permissionId()));
        assertEquals(Verdict.COMPLETED, passed.last().end().verdict());
        assertEquals("hello", Files.readString(bench.directory.resolve("a.txt")));
        assertEquals(List.of(), passed.last().of(AgentEvent.PermissionAsked.class));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("X7 X8 an answer that may not have arrived is given again; one that arrives twice does no harm")
    void unconfirmedAnswer(boolean arrived) throws Exception {
        Passed passed = asked();
        PermissionAnswer answer = allow(question(passed.last()).permissionId());
        if (arrived) {
            passed.last().hold();
            passed.turn.answer(answer);
            eventually("it took effect", () -> Files.exists(bench.directory.resolve("a.txt")));
        }
        passed.detach();
        passed.last().release();
        passed.adopt(new TurnRecorder(), List.of(), List.of(answer));
        assertEquals(Verdict.COMPLETED, passed.last().end().verdict());
        assertEquals("hello", Files.readString(bench.directory.resolve("a.txt")));
        assertEquals(
                1,
                passed.lines().stream()
                        .filter(line -> line.contains("\"result\",\"uuid\"") || line.contains("duration_api_ms"))
                        .count());
    }

    @Test
    @DisplayName("X8 a question that comes while nobody watches a run without people is denied by the adopter")
    void deniedByTheAdopter() throws Exception {
        Passed passed = new Passed(bench.launch("[[wait for=300ms]] [[ask tool=Write path=a.txt content=\"hello\"]]"));
        passed.detach();
        String agent = passed.agent();
        Path spool = root.resolve("data/agents").resolve(agent).resolve("stdout");
        eventually("it asks", () -> contains(spool, "can_use_tool"));
        passed.adopt();
        assertEquals(Verdict.COMPLETED, passed.last().end().verdict());
        assertFalse(Files.exists(bench.directory.resolve("a.txt")));
        assertTrue(passed.lines().toString().contains("nobody answers permission questions"));
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("X8 a prompt that was never handed over is, and one that was is not handed over twice")
    void prompt() throws Exception {
        AgentLaunch launch = bench.launch("[[say text=\"here\"]]");
        String agent = ProcessSpec.newAgentId();
        bench.custodian.launch(new ProcessSpec(
                agent,
                List.of(
                        Bench.MOCK.toString(),
                        "-p",
                        "--input-format",
                        "stream-json",
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "--permission-prompt-tool",
                        "stdio"),
                bench.directory,
                Map.of(
                        "PATH",
                        System.getenv("PATH"),
                        "HOME",
                        root.resolve("home").toString()),
                Map.of(),
                Map.of(AgentExecutor.LABEL_EXECUTION, launch.execution().toString())));
        assertEquals(1, bench.custodian.nextNumber(agent));
        TurnRecorder first = new TurnRecorder();
        AgentTurn turn = adopt(launch, agent, first);
        turn.detach().toCompletableFuture().get();
        assertEquals(2, bench.custodian.nextNumber(agent));
        TurnRecorder second = new TurnRecorder();
        adopt(launch, agent, second);
        assertEquals(Verdict.COMPLETED, second.end().verdict());
        assertEquals(1, second.types().filter("result"::equals).count());
        bench.awaitEmpty();
    }

    private AgentTurn adopt(AgentLaunch launch, String agent, TurnRecorder recorder) {
        return next().adopt(
                        new AgentAdoption(
                                Optional.of(launch.execution()),
                                launch.project(),
                                launch.directory(),
                                launch.session(),
                                Optional.of(launch.prompt()),
                                launch.options(),
                                agent,
                                bench.custodian.find(agent),
                                0,
                                List.of(),
                                List.of()),
                        recorder);
    }

    @Test
    @DisplayName("X8 an adopted agent can be interrupted and killed")
    void interruptedAndKilled() throws Exception {
        Passed passed = new Passed(bench.launch("[[stream words=5000 every=20ms]]"));
        passed.last().await(Line.class);
        passed.detach();
        passed.adopt();
        passed.turn.interrupt();
        assertEquals(Verdict.INTERRUPTED, passed.last().end().verdict());
        Passed second = new Passed(bench.launch("[[say text=\"now\"]] [[hang deaf]]"));
        second.last().await(Line.class, line -> line.type().equals("assistant"));
        second.detach();
        second.adopt();
        second.turn.kill().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertNotEquals(Verdict.COMPLETED, second.last().end().verdict());
        bench.awaitEmpty();
    }

    @Test
    @DisplayName("X7 X8 the second turn of a warm process is adopted, and its third taken in the same process")
    void warm() throws Exception {
        bench.close();
        bench = new Bench(
                root.resolve("warm"),
                Settings.defaults().with(ServerSettings.CLAUDE_WARM, Duration.ofMinutes(10)),
                Map.of());
        TurnRecorder first = new TurnRecorder();
        AgentTurn turn = bench.executor.launch(bench.launch("one"), first);
        first.end();
        String session = first.of(AgentEvent.SessionChanged.class).get(0).sessionId();
        Passed second = new Passed(
                bench.launch("[[slow lines=20 every=20ms]]", Bench.resume(session), ExecutionOptions.none()));
        assertEquals(turn.agentId(), second.turn.agentId());
        second.last().await(Line.class, line -> line.type().equals("assistant"));
        second.detach();
        second.adopt();
        assertEquals(Verdict.COMPLETED, second.last().end().verdict());
        for (int i = 1; i <= 20; i++) {
            assertEquals(1, numbersOf(second, "Line " + i + " of 20."), "line " + i);
        }
        assertEquals(List.of(), second.last().of(AgentEvent.SessionChanged.class));
        ClaudeExecutor adopter = executors.get(executors.size() - 1);
        TurnRecorder third = new TurnRecorder();
        AgentTurn again =
                adopter.launch(bench.launch("[[session]]", Bench.resume(session), ExecutionOptions.none()), third);
        assertEquals(Verdict.COMPLETED, third.end().verdict());
        assertEquals(second.agent(), again.agentId().orElseThrow());
        assertTrue(third.lines().toString().contains("[[slow"), "it remembers");
    }

    @Test
    @DisplayName("X7 X8 a turn that the agent began by itself is adopted in its middle")
    void ownTurn() throws Exception {
        bench.close();
        bench = new Bench(
                root.resolve("own"),
                Settings.defaults().with(ServerSettings.CLAUDE_WARM, Duration.ofMinutes(10)),
                Map.of());
        TurnRecorder own = new TurnRecorder();
        List<AgentTurn> handles = new java.util.concurrent.CopyOnWriteArrayList<>();
        TurnRecorder first = new TurnRecorder() {
            @Override
            public AgentListener nextTurn(AgentTurn turn) {
                handles.add(turn);
                return own;
            }
        };
        bench.executor.launch(bench.launch("[[background for=100ms then=\"[[slow lines=20 every=20ms]]\"]]"), first);
        first.end();
        own.await(Line.class, line -> line.type().equals("assistant"));
        String agent = handles.get(0).agentId().orElseThrow();
        handles.get(0).detach().toCompletableFuture().get();
        assertEquals(
                own.execution().toString(),
                bench.custodian.find(agent).orElseThrow().labels().get(AgentExecutor.LABEL_EXECUTION));
        long offset = own.of(Line.class).stream()
                .mapToLong(line -> line.origin().orElseThrow().offset())
                .max()
                .orElseThrow();
        TurnRecorder rest = new TurnRecorder();
        next().adopt(
                        new AgentAdoption(
                                Optional.of(ExecutionId.parse(own.execution().toString())),
                                bench.project,
                                bench.directory,
                                Bench.resume(first.of(AgentEvent.SessionChanged.class)
                                        .get(0)
                                        .sessionId()),
                                Optional.empty(),
                                ExecutionOptions.none(),
                                agent,
                                bench.custodian.find(agent),
                                offset,
                                List.of(),
                                List.of()),
                        rest);
        assertEquals(Verdict.COMPLETED, rest.end().verdict());
        List<String> lines = new ArrayList<>(own.lines());
        lines.addAll(rest.lines());
        for (int i = 1; i <= 20; i++) {
            String text = "\"Line " + i + " of 20.\"";
            assertEquals(
                    1,
                    lines.stream()
                            .filter(line -> line.contains("\"assistant\"") && line.contains(text))
                            .count(),
                    text);
        }
        assertNotEquals(List.of(), rest.lines());
    }
}
