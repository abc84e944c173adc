package dev.switchboard.executor.claude.internal;

import static dev.switchboard.executor.claude.internal.Lines.IDLE;
import static dev.switchboard.executor.claude.internal.Lines.RUNNING;
import static dev.switchboard.executor.claude.internal.Lines.SESSION;
import static dev.switchboard.executor.claude.internal.Lines.init;
import static dev.switchboard.executor.claude.internal.Lines.result;
import static dev.switchboard.executor.claude.internal.Lines.text;
import static dev.switchboard.executor.claude.internal.TurnRecorder.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server may have died behind every line that it recorded, and the agent have gone on by any number of lines. */
class AdoptionOffsetsTest {
    private static final String TASKS = "{\"type\":\"command_lifecycle\",\"state\":\"started\"}";

    /** Turns, and what the process wrote before them. */
    private enum Kind {
        FIRST(List.of(), List.of(RUNNING, init(SESSION), text("1"), TASKS, text("2"), result(), IDLE), true),
        IDLE_BEFORE_RESULT(List.of(), List.of(RUNNING, init(SESSION), text("1"), IDLE, result()), true),
        WITHOUT_STATES(List.of(), List.of(init(SESSION), text("1"), result()), true),
        SECOND(
                List.of(RUNNING, init(SESSION), text("0"), result(), IDLE, TASKS),
                List.of(RUNNING, init(SESSION), text("1"), text("2"), result(), IDLE),
                true),
        BY_ITSELF(
                List.of(RUNNING, init(SESSION), text("0"), result(), IDLE),
                List.of(RUNNING, init(SESSION), text("1"), result(), IDLE),
                false);

        private final List<String> before;
        private final List<String> turn;
        private final boolean prompted;

        Kind(List<String> before, List<String> turn, boolean prompted) {
            this.before = before;
            this.turn = turn;
            this.prompted = prompted;
        }
    }

    @TempDir
    Path directory;

    private Script script;

    @BeforeEach
    void open() throws IOException {
        script = new Script(directory);
    }

    @AfterEach
    void close() {
        script.close();
    }

    private static long size(List<String> lines) {
        return lines.stream().mapToLong(line -> line.length() + 1).sum();
    }

    private static boolean shown(String line) {
        return !line.equals(RUNNING) && !line.equals(IDLE) && !line.equals(TASKS);
    }

    /** An agent as an earlier server left it in custody, in the middle of its turn. */
    private String leave(Kind kind, ExecutionId execution) {
        Map<String, String> labels = new HashMap<>(Map.of(
                AgentExecutor.LABEL_EXECUTOR,
                "claude",
                AgentExecutor.LABEL_PROJECT,
                script.project.toString(),
                AgentExecutor.LABEL_EXECUTION,
                execution.toString(),
                AgentExecutor.LABEL_SESSION,
                SESSION));
        boolean later = !kind.before.isEmpty();
        if (later) {
            labels.put("turn-offset", Long.toString(size(kind.before)));
            labels.put("turn-message", "2");
        }
        String agent = ProcessSpec.newAgentId();
        script.custodian.launch(new ProcessSpec(agent, List.of("claude"), directory, Map.of(), Map.of(), labels));
        script.custodian.send(agent, 1, Bench.prompt("first").json());
        if (later && kind.prompted) {
            script.custodian.send(agent, 2, Bench.prompt("second").json());
        }
        script.custodian.write(agent, kind.before.toArray(String[]::new));
        return agent;
    }

    private void adopt(Kind kind, ExecutionId execution, String agent, long offset, TurnRecorder recorder) {
        script.executor.adopt(
                new AgentAdoption(
                        Optional.of(execution),
                        script.project,
                        directory,
                        new SessionChoice(Optional.of(SESSION), false),
                        kind.prompted ? Optional.of(Bench.prompt("second")) : Optional.empty(),
                        Script.options(Ask.DENY),
                        agent,
                        script.custodian.find(agent),
                        offset,
                        List.of(),
                        List.of()),
                recorder);
    }

    /** @param recorded how many lines of the turn were recorded, or are not to be */
    private void assertAdopted(Kind kind, int recorded, int written, boolean alive) throws Exception {
        String what = kind + ", " + recorded + " recorded, " + written + " written, " + (alive ? "alive" : "dead");
        ExecutionId execution = ExecutionId.random();
        String agent = leave(kind, execution);
        script.custodian.write(agent, kind.turn.subList(0, written).toArray(String[]::new));
        if (!alive) {
            script.custodian.exit(agent, 3, "");
        }
        TurnRecorder recorder = new TurnRecorder();
        long start = size(kind.before);
        adopt(
                kind,
                execution,
                agent,
                recorded == 0 && start > 0
                        ? size(kind.before.subList(0, 4))
                        : start + size(kind.turn.subList(0, recorded)),
                recorder);
        List<String> rest = kind.turn.subList(written, kind.turn.size());
        if (alive) {
            rest.forEach(line -> script.custodian.write(agent, line));
        }
        AgentEvent.TurnEnded end = recorder.end();
        List<String> all = alive ? kind.turn : kind.turn.subList(0, written);
        List<String> expected = new ArrayList<>(all.subList(recorded, all.size()));
        expected.removeIf(line -> !shown(line));
        assertEquals(expected, recorder.lines(), what);
        assertEquals(all.contains(result()) ? Verdict.COMPLETED : Verdict.DIED, end.verdict(), what);
        eventually(what + ": it was released", () -> script.custodian.released.contains(agent));
        assertEquals(kind.prompted && !kind.before.isEmpty() ? 2 : 1, prompts(agent), what);
    }

    private long prompts(String agent) {
        return script.custodian.inbox(agent).stream()
                .filter(message -> !message.contains("control_re"))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "X8 adopted behind every line, with any number of lines written meanwhile, alive or dead: each line once")
    void everyOffset(Kind kind) throws Exception {
        int lines = kind.turn.size();
        int turns = 0;
        for (int recorded = 0; recorded <= lines; recorded++) {
            if (recorded > 0 && !shown(kind.turn.get(recorded - 1))) {
                continue; // a line that is not recorded
            }
            for (int written = recorded; written <= lines; written++) {
                assertAdopted(kind, recorded, written, true);
                turns++;
                if (written > 0) {
                    assertAdopted(kind, recorded, written, false);
                    turns++;
                }
            }
        }
        assertTrue(turns >= 2 * lines, turns + " adoptions");
        assertEquals(
                0,
                script.custodian.launched.stream()
                        .filter(spec -> spec.command().size() > 1)
                        .count());
    }

    @Test
    @DisplayName("X8 a warm process that died before it took the prompt: the turn goes on in a new process")
    void diedBeforeTheTurn() throws Exception {
        ExecutionId execution = ExecutionId.random();
        String agent = leave(Kind.SECOND, execution);
        script.custodian.exit(agent, 0, "");
        TurnRecorder recorder = new TurnRecorder();
        adopt(Kind.SECOND, execution, agent, size(Kind.SECOND.before.subList(0, 4)), recorder);
        eventually("another was launched", () -> script.custodian.launched.size() == 2);
        assertTrue(script.custodian.launched.get(1).command().contains("--resume=" + SESSION));
        eventually("it has the prompt", () -> prompts(script.agent()) == 1);
        script.write(RUNNING, init(SESSION), text("1"), result(), IDLE);
        assertEquals(Verdict.COMPLETED, recorder.end().verdict());
        assertEquals(List.of(init(SESSION), text("1"), result()), recorder.lines());
    }

    @Test
    @DisplayName("X6 X8 a conversation whose id was never recorded is told when it is adopted, once")
    void sessionIsTold() throws Exception {
        for (int written : new int[] {0, 2}) {
            ExecutionId execution = ExecutionId.random();
            String agent = leave(Kind.FIRST, execution);
            script.custodian.write(agent, Kind.FIRST.turn.subList(0, written).toArray(String[]::new));
            TurnRecorder recorder = new TurnRecorder();
            script.executor.adopt(
                    new AgentAdoption(
                            Optional.of(execution),
                            script.project,
                            directory,
                            SessionChoice.fresh(),
                            Optional.of(Bench.prompt("first")),
                            Script.options(Ask.DENY),
                            agent,
                            script.custodian.find(agent),
                            size(Kind.FIRST.turn.subList(0, written)),
                            List.of(),
                            List.of()),
                    recorder);
            Kind.FIRST
                    .turn
                    .subList(written, Kind.FIRST.turn.size())
                    .forEach(line -> script.custodian.write(agent, line));
            recorder.end();
            assertEquals(List.of(new AgentEvent.SessionChanged(SESSION)), recorder.of(AgentEvent.SessionChanged.class));
        }
    }
}
