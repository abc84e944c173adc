package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainTurnTest {
    @TempDir
    Path root;

    @Test
    @DisplayName("X1 a plain turn: init, answer, result, end; nothing is left behind")
    void plainTurn() throws Exception {
        try (Bench bench = new Bench(root)) {
            TurnRecorder recorder = new TurnRecorder();
            bench.executor.launch(bench.launch("hello"), recorder);
            AgentEvent.TurnEnded end = recorder.end();
            assertEquals(Verdict.COMPLETED, end.verdict(), end::toString);
            assertEquals(java.util.List.of("system", "assistant", "result"), recorder.types().filter(t -> !t.equals("x")).toList(), () -> recorder.lines().toString());
            assertEquals(1, recorder.of(AgentEvent.SessionChanged.class).size());
            assertTrue(end.origin().isPresent());
            bench.awaitEmpty();
        }
    }
}
