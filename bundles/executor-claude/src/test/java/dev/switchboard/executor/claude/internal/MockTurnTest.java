package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns with real custody and the agent mock. */
class MockTurnTest {
    private static final Pattern PID = Pattern.compile("(root|plain|deaf|orphan|tree|node|leaf)\\D{1,12}(\\d+)");

    @TempDir
    Path root;

    private Bench bench;
    private final TurnRecorder recorder = new TurnRecorder();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void close() throws InterruptedException {
        bench.close();
    }

    private AgentEvent.TurnEnded run(String prompt) throws InterruptedException {
        return run(bench.launch(prompt));
    }

    private AgentEvent.TurnEnded run(AgentLaunch launch) throws InterruptedException {
        bench.executor.launch(launch, recorder);
        return recorder.end();
    }

    /** What the agent answered: the text of its last answer. */
    private String answer() throws Exception {
        return answer(recorder);
    }

    private static String answer(TurnRecorder recorder) throws Exception {
        List<String> lines = recorder.lines();
        return Json.read(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8))
                .path("result")
                .asText();
    }

    @Test
    @DisplayName("X1 tools: every line in order, and nothing is left when the turn is over")
    void tools() throws Exception {
        assertEquals(Verdict.COMPLETED, run("[[tools 3]]").verdict());
        assertEquals("system", recorder.types().findFirst().orElseThrow());
        assertEquals(3, recorder.types().filter("user"::equals).count());
        assertEquals("result", recorder.types().reduce((a, b) -> b).orElseThrow());
        bench.awaitEmpty();
        TurnRecorder.eventually("its directory is gone", () -> agentDirectories() == 0);
    }

    @Test
    @DisplayName("X7 an interrupt that comes before the agent has begun its turn stops it all the same, and is no kill")
    void earlyInterrupt() throws Exception {
        AgentTurn turn = bench.executor.launch(bench.launch("[[stream words=1000 every=20ms]]"), recorder);
        turn.interrupt();
        assertEquals(Verdict.INTERRUPTED, recorder.end().verdict());
        assertTrue(recorder.types().anyMatch("result"::equals), "the agent's own account of it");
    }

    private long agentDirectories() {
        try (Stream<Path> agents = Files.list(root.resolve("data/agents"))) {
            return agents.filter(Files::isDirectory).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("X6 a conversation is resumed; an unknown one is replaced by a new one, and only the new id is seen")
    void resume() throws Exception {
        run("first prompt");
        String session = recorder.await(AgentEvent.SessionChanged.class).sessionId();
        TurnRecorder second = new TurnRecorder();
        bench.executor.launch(bench.launch("[[session]]", Bench.resume(session), ExecutionOptions.none()), second);
        assertEquals(Verdict.COMPLETED, second.end().verdict());
        assertTrue(second.lines().toString().contains("first prompt"));
        assertEquals(List.of(), second.of(AgentEvent.SessionChanged.class));

        TurnRecorder third = new TurnRecorder();
        String unknown = "99999999-2222-4333-8444-555555555555";
        bench.executor.launch(bench.launch("hello", Bench.resume(unknown), ExecutionOptions.none()), third);
        assertEquals(Verdict.COMPLETED, third.end().verdict());
        assertEquals(1, third.of(AgentEvent.SessionChanged.class).size());
        assertFalse(third.lines().toString().contains(unknown));
        assertEquals(1, third.types().filter("result"::equals).count());
        bench.awaitEmpty();
    }

    @Test
    @DisplayName("X3 10,000 lines of 500 bytes, then gone at once: none is lost")
    void flood() throws Exception {
        AgentEvent.TurnEnded end = run("[[flood lines=10000 bytes=500]] [[exit code=0]]");
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals(OptionalInt.of(0), end.exitCode());
        List<String> lines = recorder.lines().stream()
                .filter(line -> line.contains("/0000010000"))
                .toList();
        assertEquals(10_000, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertTrue(lines.get(i).contains(String.format("%010d/0000010000", i + 1)), "line " + i);
        }
    }

    @Test
    @DisplayName("X2 a line of 64 MB goes through in pieces")
    void hugeLine() throws Exception {
        long[] size = new long[1];
        TurnRecorder reader = new TurnRecorder() {
            @Override
            void read(AgentEvent event) {
                if (event instanceof AgentEvent.Line line && line.line().size() > 1 << 20) {
                    size[0] = Math.max(size[0], line.line().size());
                }
            }
        };
        bench.executor.launch(bench.launch("[[huge bytes=67108864]]"), reader);
        assertEquals(Verdict.COMPLETED, reader.end().verdict());
        assertEquals(67108864 - 1, size[0]);
    }

    @Test
    @DisplayName("X1 crash in the middle of a line: the end tells the exit code, the half line is dropped")
    void crash() throws Exception {
        AgentEvent.TurnEnded end = run("[[stderr text=\"it is broken\"]] [[crash mid-line code=3]]");
        assertEquals(Verdict.DIED, end.verdict());
        assertEquals(OptionalInt.of(3), end.exitCode());
        assertTrue(end.stderrTail().contains("it is broken"));
        assertTrue(end.message().contains("it is broken"), end.message());
        bench.awaitEmpty();
    }

    @Test
    @DisplayName("X4 an agent that hangs and is deaf to signals is ended within the grace")
    void hang() throws Exception {
        AgentTurn turn = bench.executor.launch(bench.launch("[[say text=\"now\"]] [[hang deaf]]"), recorder);
        recorder.await(AgentEvent.Line.class, line -> line.type().equals("assistant"));
        turn.kill().toCompletableFuture().get(20, TimeUnit.SECONDS);
        // Interrupted, if that came before it was deaf.
        assertNotEquals(Verdict.COMPLETED, recorder.end().verdict());
        bench.awaitEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("X4 a tree of processes in sessions of their own: killed, or at the end of the turn, nobody survives")
    @EnabledOnOs(OS.LINUX)
    void tree(boolean kill) throws Exception {
        String rest = kill ? " [[hang]]" : "";
        AgentTurn turn = bench.executor.launch(bench.launch("[[tree depth=2 width=2 life=60s]]" + rest), recorder);
        AgentEvent.Line tree =
                recorder.await(AgentEvent.Line.class, line -> line.type().equals("user"));
        List<Long> pids = pids(tree.line().toText());
        assertTrue(pids.size() >= 6, tree.line().toText());
        if (kill) {
            assertTrue(pids.stream().allMatch(MockTurnTest::alive));
            turn.kill().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertEquals(List.of(), pids.stream().filter(MockTurnTest::alive).toList());
        }
        recorder.end();
        bench.awaitEmpty();
        assertEquals(List.of(), pids.stream().filter(MockTurnTest::alive).toList());
    }

    private static List<Long> pids(String line) {
        List<Long> pids = new ArrayList<>();
        Matcher matcher = PID.matcher(line);
        while (matcher.find()) {
            pids.add(Long.parseLong(matcher.group(2)));
        }
        return pids;
    }

    /** Whether it still does anything: what only waits for its parent to take note of its end does not. */
    private static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void apiError() throws Exception {
        AgentEvent.TurnEnded end = run("[[api-error status=529 retries=2 text=\"Overloaded today\"]]");
        assertEquals(Verdict.FAILED, end.verdict());
        assertTrue(end.message().contains("Overloaded today"), end.message());
        assertTrue(recorder.lines().stream().anyMatch(line -> line.contains("api_retry")));
    }

    @Test
    void maxTurns() throws Exception {
        AgentEvent.TurnEnded end = run("[[max-turns 2]]");
        assertEquals(Verdict.FAILED, end.verdict());
        assertEquals("Reached maximum number of turns (2)", end.message());
    }

    @Test
    @DisplayName("X7 interrupted in mid-answer, and asked for permission where nobody answers")
    void deniedAndInterrupted() throws Exception {
        assertEquals(
                Verdict.COMPLETED,
                run("[[ask tool=Write path=a.txt content=\"hello\"]]").verdict());
        assertFalse(Files.exists(bench.directory.resolve("a.txt")));
        assertTrue(recorder.lines().toString().contains("nobody answers permission questions"));
    }

    @Test
    @DisplayName("X1 every prompt arrives as it was sent")
    void promptsArrive() throws Exception {
        List<String> prompts = List.of(
                "\"-rf is my prompt [[echo]]\"",
                "\"--settings={\\\"hooks\\\":{}} [[echo]]\"",
                "\"nul \\u0000 esc \\u001b bell \\u0007 [[echo]]\"",
                "\"emoji 😀 umlaut ä rtl \\u202e line\\u2028 [[echo]]\"",
                "\"lone \\ud800 and \\udc00 surrogates [[echo]]\"",
                "\"line\\nline\\r\\ttab \\\\ \\\" / [[echo]]\"");
        List<TurnRecorder> recorders = new ArrayList<>();
        for (String json : prompts) {
            TurnRecorder each = new TurnRecorder();
            recorders.add(each);
            Prompt prompt = new Prompt(Content.of(json), "");
            bench.executor.launch(
                    new AgentLaunch(
                            ExecutionId.random(),
                            bench.project,
                            bench.directory,
                            SessionChoice.fresh(),
                            prompt,
                            ExecutionOptions.none()),
                    each);
        }
        for (int i = 0; i < prompts.size(); i++) {
            assertEquals(Verdict.COMPLETED, recorders.get(i).end().verdict());
            String sent =
                    Json.read(prompts.get(i).getBytes(StandardCharsets.UTF_8)).textValue();
            String echoed = Json.read(answer(recorders.get(i)).getBytes(StandardCharsets.UTF_8))
                    .textValue();
            assertArrayEquals(sent.toCharArray(), echoed.toCharArray());
        }
    }

    @Test
    @DisplayName("X1 a prompt of spaces only, and one of blocks over several lines, arrive")
    void oddPrompts() throws Exception {
        AgentLaunch spaces = bench.launch("     ");
        assertEquals(Verdict.COMPLETED, run(spaces).verdict());
        TurnRecorder second = new TurnRecorder();
        String blocks = "[\n {\"type\": \"text\",\r\n \"text\": \"one [[echo]]\"}\n]";
        bench.executor.launch(
                new AgentLaunch(
                        ExecutionId.random(),
                        bench.project,
                        bench.directory,
                        SessionChoice.fresh(),
                        new Prompt(Content.of(blocks), ""),
                        ExecutionOptions.none()),
                second);
        assertEquals(Verdict.COMPLETED, second.end().verdict());
        assertTrue(second.lines().toString().contains("one [[echo]]"));
    }

    @Test
    @DisplayName("X1 a prompt is on no command line; system prompt and MCP configuration are not either")
    @EnabledOnOs(OS.LINUX)
    void promptOnNoCommandLine() throws Exception {
        ExecutionOptions options = new ExecutionOptions(
                false,
                List.of("Read"),
                List.of("WebFetch"),
                java.util.Optional.of("{\"mcpServers\":{}, \"x\":\"secret4711mcp\"}"),
                true,
                java.util.Optional.of("secret4711append"),
                java.util.Optional.empty(),
                java.util.Optional.of("-strange model"),
                java.util.Optional.empty(),
                List.of(root),
                OptionalInt.of(7),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                true,
                ExecutionOptions.Ask.DENY);
        bench.executor.launch(
                bench.launch("[[args]] [[say text=\"secret4711prompt\"]] [[hang]]", SessionChoice.fresh(), options),
                recorder);
        recorder.await(AgentEvent.Line.class, line -> line.line().toText().contains("secret4711prompt"));
        int seen = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String line = commandLine(process);
                assertFalse(line.contains("secret4711"), line);
                seen += line.contains("--permission-prompt-tool") && line.contains(root.toString()) ? 1 : 0;
            }
        }
        assertTrue(seen > 0, "the agent's own command line was among them");
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    @DisplayName("X9 the agent's environment holds what is allowed and nothing else")
    void environment() throws Exception {
        run("[[env]]");
        List<String> present = List.of(answer().split("[^A-Za-z0-9_]+"));
        assertTrue(present.containsAll(List.of("PATH", "HOME", "ANTHROPIC_API_KEY")), present::toString);
        assertTrue(
                present.containsAll(List.of("DISABLE_AUTOUPDATER", "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS")),
                present::toString);
        assertFalse(present.contains("IS_SANDBOX"), present::toString);
        assertFalse(present.contains("TMPDIR"), present::toString);
        assertFalse(present.stream().anyMatch(name -> name.matches(".*(JAVA|MAVEN).*")), present::toString);
    }

    @Test
    @DisplayName("X1 the working directory is the project's, and the version is the program's")
    void directoryAndVersion() throws Exception {
        run("[[cwd]]");
        assertTrue(answer().contains(bench.directory.toRealPath().toString()), answer());
        TurnRecorder.eventually(
                "it was asked", () -> bench.executor.capabilities().version().isPresent());
        assertEquals("2.1.330", bench.executor.capabilities().version().orElseThrow());
    }

    @Test
    @DisplayName("X1 the older release, which tells less")
    void olderRelease() throws Exception {
        Settings settings = Settings.defaults()
                .with(ServerSettings.CLAUDE_ENV, List.of("PATH", "HOME", "SWITCHBOARD_MOCK_VERSION"));
        try (Bench old =
                new Bench(root.resolve("old"), settings, java.util.Map.of("SWITCHBOARD_MOCK_VERSION", "2.1.197"))) {
            old.executor.launch(old.launch("[[tools 1]]"), recorder);
            assertEquals(Verdict.COMPLETED, recorder.end().verdict());
            assertTrue(recorder.lines().get(0).contains("2.1.197"));
            old.awaitEmpty();
        }
    }

    @Test
    @DisplayName("X10 no CLI: CLAUDE_NOT_FOUND with how to install it, and the listener is not called")
    void notInstalled() throws Exception {
        Settings settings = Settings.defaults().with(ServerSettings.CLAUDE_PATH, "no-such-claude");
        try (Bench none = new Bench(root.resolve("none"), settings, java.util.Map.of())) {
            SwitchboardException failure = assertThrows(
                    SwitchboardException.class, () -> none.executor.launch(none.launch("hello"), recorder));
            assertEquals(ErrorCode.CLAUDE_NOT_FOUND, failure.code());
            assertTrue(failure.getMessage().contains("npm install -g @anthropic-ai/claude-code"));
            assertEquals(
                    failure.getMessage(),
                    none.executor.capabilities().unavailable().orElseThrow());
            assertEquals(List.of(), none.custodian.records());
            assertEquals(0, recorder.calls());
        }
    }
}
