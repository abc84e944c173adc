package dev.switchboard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessValuesTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 900, 3000, 60_000})
    @DisplayName("X4 the ladder: a third, two thirds, the whole grace, and a bound behind it")
    void ladder(long grace) {
        TerminationPlan plan = TerminationPlan.ladder(Duration.ofMillis(grace));
        assertEquals(Duration.ofMillis(grace).dividedBy(3), plan.interruptAfter());
        assertEquals(Duration.ofMillis(2 * grace).dividedBy(3), plan.terminateAfter());
        assertEquals(Duration.ofMillis(grace), plan.killAfter());
        assertTrue(plan.deadline().compareTo(plan.killAfter()) > 0);
    }

    @Test
    void now() {
        assertEquals(Duration.ZERO, TerminationPlan.now().killAfter());
        assertFalse(TerminationPlan.now().deadline().isZero());
    }

    @Test
    @DisplayName("X9 what is to be launched is a snapshot, and its environment is in no log")
    void spec() {
        List<String> command = new ArrayList<>(List.of("program", "argument"));
        Map<String, String> environment = new HashMap<>(Map.of("KEY", "s3cret"));
        ProcessSpec spec = new ProcessSpec(
                ProcessSpec.newAgentId(),
                command,
                Path.of("/tmp"),
                environment,
                Map.of("mcp.json", Content.of("s3cret")),
                Map.of("label", "x"));
        command.add("more");
        environment.put("OTHER", "x");
        assertEquals(List.of("program", "argument"), spec.command());
        assertEquals(Map.of("KEY", "s3cret"), spec.environment());
        assertFalse(spec.toString().contains("s3cret"), spec.toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProcessSpec("id", List.of(), Path.of("/tmp"), Map.of(), Map.of(), Map.of()));
        assertNotEquals(ProcessSpec.newAgentId(), ProcessSpec.newAgentId());
    }
}
