package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("D5 Signals, and the processes that tools start")
class SignalIT extends MockTestBase {

    private final List<Long> tree = new ArrayList<>();

    @AfterEach
    void fellTheTree() {
        tree.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    @ParameterizedTest
    @CsvSource({"INT,0", "TERM,143", "HUP,129"})
    void idleItLeavesWithoutAWord(String signal, int code) {
        MockProcess process = stream();
        process.control("i", "initialize");
        process.next();
        process.signal(signal);
        assertEquals(List.of(), process.rest());
        assertEquals(code, process.exitCode());
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "HUP,129"})
    void inATurnItLeavesWithoutAResult(String signal, int code) {
        MockProcess process = runPrompt("[[say]] [[hang]]");
        process.await("assistant");
        process.signal(signal);
        assertEquals(List.of(), process.rest());
        assertEquals(code, process.exitCode());
    }

    @Test
    void sigintInATurnEndsTheTurnAndTheProcess() {
        MockProcess process = runPrompt("[[stream words=1000 every=20ms]]", "--include-partial-messages");
        process.await(line -> line.toString().contains("\"w1 \""), "the second word");
        process.signal("INT");
        assertTrue(process.await("assistant").isTrue("aborted"));
        assertEquals("error_during_execution", process.awaitResult().string("subtype"));
        assertEquals(0, process.exitCode());
        MockProcess stream = stream();
        stream.say("[[hang]]");
        stream.await("system/init");
        stream.signal("INT");
        assertEquals("error_during_execution", stream.awaitResult().string("subtype"));
        assertEquals(0, stream.exitCode());
    }

    @Test
    void aDeafProcessOnlyYieldsToSigkill() {
        MockProcess process = stream();
        process.say("[[deaf]] [[say]] [[hang deaf]]");
        process.await("assistant");
        process.signal("TERM");
        process.signal("INT");
        process.signal("HUP");
        process.control("i", "interrupt");
        process.closeStdin();
        // There is nothing to wait for: a signal that is heard ends the process within some milliseconds.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        assertTrue(process.isAlive());
        assertFalse(process.hasOutput());
        process.signal("KILL");
        assertEquals(137, process.exitCode());
    }

    @Test
    void aToolHasASessionOfItsOwnAndDiesWithAnInterrupt() {
        MockProcess process = stream();
        process.say("[[bash sleep=60s]]");
        process.await("assistant");
        awaitCondition(() -> ownProcesses().size() == 2);
        long child = ownProcesses().stream()
                .filter(pid -> pid != process.pid())
                .findFirst()
                .orElseThrow();
        awaitCondition(() -> sessionOf(child) == child);
        process.control("i", "interrupt");
        assertEquals("aborted_tools", process.awaitResult().string("terminal_reason"));
        awaitCondition(() -> ownProcesses().size() == 1);
        process.say("[[bash sleep=100ms]]");
        assertEquals("The command is done.", process.awaitResult().string("result"));
    }

    @Test
    void sigtermInAToolReportsItsDeath() {
        MockProcess process = runPrompt("[[bash sleep=60s]]");
        awaitCondition(() -> ownProcesses().size() == 2);
        process.signal("TERM");
        assertEquals("Exit code 137", block(process.await("user")).string("content"));
        assertEquals(List.of(), process.rest());
        assertEquals(143, process.exitCode());
    }

    @Test
    void theOlderReleaseLeavesItsToolsBehind() {
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        MockProcess process = runPrompt("[[bash sleep=60s]]");
        awaitCondition(() -> ownProcesses().size() == 2);
        process.signal("TERM");
        assertEquals(143, process.exitCode());
        tree.addAll(ownProcesses());
        assertEquals(1, tree.size());
    }

    @Test
    void aTreeStandsInSessionsOfItsOwnAndInheritsTheEnvironment() {
        MockProcess process = stream();
        Map<Long, String> kinds = growTree(process, "[[tree depth=2 width=2 life=60s]] [[hang]]");
        assertEquals(8, kinds.size());
        assertEquals(
                List.of("deaf", "deaf", "deaf", "node", "node", "node", "orphan", "root"),
                kinds.values().stream().sorted().toList());
        assertTrue(ownProcesses().containsAll(kinds.keySet()), "all have inherited the environment");
        List<Long> descendants = ProcessHandle.of(process.pid())
                .orElseThrow()
                .descendants()
                .map(ProcessHandle::pid)
                .toList();
        for (Map.Entry<Long, String> one : kinds.entrySet()) {
            assertEquals(one.getKey(), sessionOf(one.getKey()), one.getValue());
            assertEquals(!one.getValue().equals("orphan"), descendants.contains(one.getKey()), one.getValue());
        }
        for (Map.Entry<Long, String> one : kinds.entrySet()) {
            if (one.getValue().equals("deaf")) {
                ProcessHandle.of(one.getKey()).ifPresent(ProcessHandle::destroy);
            }
        }
        process.control("i", "interrupt");
        process.awaitResult();
        awaitCondition(() -> ownProcesses().size() == 2);
        assertTrue(kinds.get(ownProcesses().stream()
                        .filter(pid -> pid != process.pid())
                        .findFirst()
                        .orElseThrow())
                .equals("orphan"));
    }

    @Test
    void nodesThatIgnoreSigtermSurviveIt() {
        MockProcess process = runPrompt("[[tree depth=1 width=2 life=60s]]");
        Map<Long, String> kinds = readTree(process);
        process.awaitResult();
        assertEquals(0, process.exitCode());
        kinds.forEach((pid, kind) -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
        awaitCondition(() -> ownProcesses().size() == 1);
        assertEquals("deaf", kinds.get(ownProcesses().get(0)));
    }

    @ParameterizedTest
    @CsvSource({"2.1.330,TERM,1", "2.1.197,TERM,4", "2.1.330,KILL,4"})
    void whoSurvivesWhichSignal(String version, String signal, int survivors) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        MockProcess process = stream();
        growTree(process, "[[tree depth=1 width=2 life=60s]] [[hang]]");
        process.signal(signal);
        process.exitCode();
        awaitCondition(() -> ownProcesses().size() == survivors);
    }

    @Test
    void aTreeEndsByItself() {
        MockProcess process = runPrompt("[[tree depth=1 width=1 life=1s]]");
        readTree(process);
        process.awaitResult();
        awaitCondition(() -> ownProcesses().isEmpty());
    }

    @Test
    void aTreeThatHasToBePermittedIsAskedFor() {
        MockProcess process = runPrompt("[[tree ask=yes]]");
        assertEquals("The tree was not permitted.", process.awaitResult().string("result"));
    }

    @Test
    void aStormIsBoundedAndHardToCatch() {
        MockProcess process = stream();
        process.say("[[storm forks=50 every=20ms life=1s hops=60 hop=5ms]] [[hang]]");
        Map<String, Long> pids = new TreeMap<>();
        for (String line : block(process.await("user")).string("content").split("\n")) {
            pids.put(line.split(" ")[0], Long.parseLong(line.split(" ")[1]));
        }
        assertEquals(List.of("forker", "hopper"), List.copyOf(pids.keySet()));
        long forker = pids.get("forker");
        tree.add(forker);
        ProcessHandle.of(forker).orElseThrow().destroy();
        awaitCondition(() -> !ownProcesses().contains(pids.get("hopper")));
        awaitCondition(() -> ownProcesses().size() > 3); // the next one of it, and what was forked
        assertTrue(ownProcesses().contains(forker), "it is deaf");
        awaitCondition(() -> ownProcesses().stream()
                .anyMatch(pid -> pid != forker && pid != process.pid() && sessionOf(pid) == pid));
        awaitCondition(() -> ownProcesses().equals(List.of(process.pid())));
    }

    private Map<Long, String> growTree(MockProcess process, String prompt) {
        process.say(prompt);
        return readTree(process);
    }

    private Map<Long, String> readTree(MockProcess process) {
        JsonObject result = block(process.await("user"));
        Map<Long, String> kinds = new TreeMap<>();
        for (String line : result.string("content").split("\n")) {
            String[] words = line.split(" ");
            kinds.put(Long.parseLong(words[1]), words[0]);
        }
        tree.addAll(kinds.keySet());
        // A process says its pid just before it becomes the sleeper it is.
        awaitCondition(() -> ownProcesses().stream().filter(kinds::containsKey).count() == kinds.size());
        return kinds;
    }

    private static long sessionOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
        } catch (IOException e) {
            return -1;
        }
    }

    private static void awaitCondition(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within 15 s");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
