package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings.Isolation;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TerminationTest extends CustodyTestBase {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Trees, each of which prints "ready" when it stands. */
    static Stream<String> trees() {
        return Stream.of(
                "sleep 120 & sleep 120 & echo ready; sleep 120",
                "trap '' TERM INT HUP; (trap '' TERM INT; sleep 120) & echo ready; sleep 120; sleep 120",
                "setsid sleep 120 & setsid sh -c 'setsid sleep 120 & sleep 120' & sleep 0.1; echo ready; sleep 120",
                "(setsid sh -c 'sleep 120 & exit' &) ; sleep 0.1; echo ready; exec sleep 120",
                "(setsid sh -c 'trap \"\" TERM; (setsid sleep 120 &); sleep 120' &); sleep 0.1; echo ready; read x",
                // Its environment overwritten, in the session of the agent.
                "perl -e '$0 = \"x\" x 5000; sleep 120' & sleep 0.1; echo ready; sleep 120",
                // An empty environment, still in the tree.
                "env -i /bin/sh -c 'sleep 120 & sleep 120' & sleep 0.1; echo ready; sleep 120",
                // An empty environment, another session, parents alive.
                "env -i /usr/bin/setsid /bin/sh -c 'sleep 120 & sleep 120' & sleep 0.1; echo ready; sleep 120",
                // Stopped.
                "sleep 120 & kill -STOP $!; echo ready; kill -STOP $$; sleep 120",
                // Forks for a while: 400 times at most, 100 a second.
                "i=0; (while [ $i -lt 400 ]; do i=$((i+1)); (setsid sleep 0.3 &); sleep 0.01; done) & echo ready;"
                        + " sleep 120");
    }

    @ParameterizedTest
    @MethodSource("trees")
    @DisplayName("X4 a kill leaves nothing of any tree")
    void kill(String tree) throws Exception {
        for (int round = 0; round < 2; round++) {
            CustodyRecord agent = ready(tree);
            TerminationReport report = kill(agent);

            assertEquals(0, report.survivors());
            assertTrue(report.killed() >= 2, report.toString());
            assertEquals(List.of(), bearers(instance()));
            assertFalse(custodian.find(agent.agentId()).orElseThrow().alive());
            assertEquals(OptionalInt.of(137), tail(agent).awaitExit().code());
        }
    }

    @Test
    @DisplayName("X4 many agents are killed at the same time")
    void killMany() throws Exception {
        List<CompletableFuture<TerminationReport>> ends = new ArrayList<>();
        List<String> trees = trees().toList();
        for (String tree : trees.subList(0, 5)) {
            ends.add(custodian
                    .terminate(ready(tree).agentId(), TerminationPlan.now())
                    .toCompletableFuture());
        }
        for (CompletableFuture<TerminationReport> end : ends) {
            assertEquals(0, end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).survivors());
        }
        assertEquals(List.of(), bearers(instance()));
        assertTrue(custodian.counts().killed() >= 10);
        assertEquals(0, custodian.counts().survivors());
    }

    @Test
    @DisplayName("X4 the first step is SIGINT, to the agent itself and to nobody else")
    void interruptStage() throws Exception {
        CustodyRecord agent = script(
                "sh -c 'trap \"echo child-int\" INT; trap \"exit 0\" TERM; while :; do sleep 0.02; done' &",
                "trap 'echo int; kill -TERM $!; wait; exit 6' INT",
                "echo ready; while :; do sleep 0.02; done");
        OutputRecorder output = tail(agent);
        output.awaitLine("ready");

        TerminationReport report =
                await(custodian, agent.agentId(), new TerminationPlan(Duration.ZERO, LONG, LONG, LONG));

        assertEquals(0, report.survivors());
        assertEquals(OptionalInt.of(6), output.awaitExit().code());
        assertEquals(List.of("ready", "int"), output.texts());
    }

    @Test
    @DisplayName("X4 then comes SIGTERM, then SIGKILL, each to what is left")
    void ladder() throws Exception {
        CustodyRecord agent = script(
                "trap 'echo int' INT; trap 'echo term' TERM; trap 'echo hup' HUP",
                "setsid sh -c 'trap \"echo child-term; exit\" TERM; echo child; while :; do sleep 0.02; done' &",
                "echo ready; while :; do sleep 0.02; done");
        OutputRecorder output = tail(agent);
        output.awaitLine("ready");
        output.awaitLine("child");

        await(custodian, agent.agentId(), TerminationPlan.ladder(Duration.ofMillis(900)));

        assertEquals(OptionalInt.of(137), output.awaitExit().code());
        List<String> told = output.texts();
        assertTrue(told.indexOf("int") >= 0 && told.indexOf("int") < told.indexOf("term"), told.toString());
        assertTrue(told.contains("child-term"), told.toString());
    }

    @Test
    @DisplayName("X4 a step is left out when nothing is left, and the end does not wait for the plan")
    void earlyEnd() throws Exception {
        CustodyRecord agent = ready("echo ready; sleep 120");
        long start = System.nanoTime();
        TerminationReport report =
                await(custodian, agent.agentId(), new TerminationPlan(LONG, Duration.ZERO, LONG, LONG));

        assertEquals(0, report.survivors());
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
        assertEquals(OptionalInt.of(143), tail(agent).awaitExit().code());
        assertEquals(new TerminationReport(0, 0), kill(agent), "again, with nothing left");
    }

    @Test
    @DisplayName("X4 a second termination joins the first, and a faster plan speeds it up")
    void joining() throws Exception {
        CustodyRecord agent = ready("trap '' TERM INT; echo ready; sleep 120; sleep 120");
        CompletableFuture<TerminationReport> slow = custodian
                .terminate(agent.agentId(), new TerminationPlan(LONG, LONG, LONG, LONG))
                .toCompletableFuture();
        CompletableFuture<TerminationReport> brief = custodian
                .terminate(agent.agentId(), new TerminationPlan(LONG, LONG, LONG, Duration.ofMillis(50)))
                .toCompletableFuture();

        assertTrue(brief.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).survivors() >= 2, "its deadline came first");
        assertFalse(slow.isDone());
        TerminationReport fast = kill(agent);

        assertEquals(0, fast.survivors());
        assertEquals(fast, slow.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    @DisplayName(
            "X4 what an agent has started is known once its end has begun, though the agent goes at once and nothing else tells")
    void knownAtOnce() throws Exception {
        custodian.isolation().want(Isolation.NONE); // a namespace leaves nothing
        CustodyRecord agent = ready("env -i /usr/bin/setsid sleep 120 & echo $! >child; echo ready; sleep 120");
        ProcessHandle child = ProcessHandle.of(Long.parseLong(
                        Files.readString(project.resolve("child")).strip()))
                .orElseThrow();

        custodian.terminate(agent.agentId(), new TerminationPlan(LONG, LONG, LONG, LONG));
        ProcessHandle program = ProcessHandle.of(custodian
                        .shelf()
                        .get(agent.agentId())
                        .manifest()
                        .agent()
                        .pid())
                .orElseThrow();
        program.destroyForcibly();
        program.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertTrue(child.isAlive());
        assertEquals(0, kill(agent).survivors());
        eventually("the child is gone", () -> !child.isAlive());
    }

    @Test
    @DisplayName("X4 an agent that has ended leaves processes behind: they can be ended too")
    void leftBehind() throws Exception {
        CustodyRecord agent = script("sleep 120 & (setsid sleep 120 &); exit 0");
        leavesBehind(agent, 2);

        assertEquals(new TerminationReport(2, 0), kill(agent));
    }

    @Test
    @DisplayName("X4 what an agent left behind in its own session is found without a cookie of its own")
    void leftBehindWithoutCookie() throws Exception {
        CustodyRecord agent = script("env -i /bin/sleep 121 & sleep 120 & sleep 0.1; exit 0");
        leavesBehind(agent, 1);

        assertEquals(new TerminationReport(2, 0), kill(agent), "the one with a cookie proves the session");
    }

    @Test
    @DisplayName("X4 interrupt is what Ctrl-C does, also to an adopted agent, and nothing to one that has ended")
    void interrupt() throws Exception {
        CustodyRecord agent = script("trap 'echo int' INT; echo ready; while :; do sleep 0.02; done");
        OutputRecorder output = tail(agent);
        output.awaitLine("ready");
        custodian.interrupt(agent.agentId());
        output.awaitLine("int");
        server().interrupt(agent.agentId());
        eventually("a second time", () -> output.texts().equals(List.of("ready", "int", "int")));
        kill(agent);
        custodian.interrupt(agent.agentId());
    }

    @Test
    @DisplayName("X4 terminations that are under way when custody goes are answered")
    void goingCustody() throws Exception {
        CustodyRecord agent = ready("echo ready; sleep 120");
        CompletableFuture<TerminationReport> end = custodian
                .terminate(agent.agentId(), new TerminationPlan(LONG, LONG, LONG, LONG))
                .toCompletableFuture();
        custodian.close();
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(e.getCause().getMessage().contains("stopping"));
        custodian = server();
    }

    @Test
    @DisplayName("X4 the sweep ends what belongs to no living agent of this instance, and touches nothing else")
    void sweep() throws Exception {
        CustodyRecord living = ready("(setsid sleep 120 &); echo ready; sleep 120");
        custodian.isolation().want(Isolation.NONE); // a namespace leaves nothing
        CustodyRecord ended = script("(setsid sh -c 'trap \"\" TERM; env -i /bin/sleep 120' &); sleep 120 & sleep 0.1");
        leavesBehind(ended, 2);
        Process orphan = bearer(instance() + ":of-a-crashed-launch");
        Process other = bearer("00000000-0000-0000-0000-000000000000:" + ended.agentId());
        Process prefix = bearer(instance() + "-not:" + ended.agentId());
        try {
            int before = bearers(instance() + ":" + living.agentId()).size();

            TerminationReport report = custodian.sweep();

            assertEquals(new TerminationReport(4, 0), report);
            assertTrue(orphan.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertTrue(other.isAlive());
            assertTrue(prefix.isAlive());
            assertEquals(before, bearers(instance() + ":" + living.agentId()).size());
            assertEquals(new TerminationReport(0, 0), custodian.sweep());
        } finally {
            for (Process process : List.of(orphan, other, prefix)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    @DisplayName("X4 without /proc the tree is still ended by descent")
    void withoutProc() throws Exception {
        custodian = server(new HandleProcessTable(), LaunchPrograms.ofThisMachine());
        CustodyRecord agent =
                ready("setsid sh -c 'sleep 120 & sleep 120' & trap '' TERM INT; sleep 0.1; echo ready; sleep 120");
        assertTrue(custodian.find(agent.agentId()).orElseThrow().alive());

        assertEquals(0, kill(agent).survivors());

        assertEquals(List.of(), bearers(instance()));
        assertEquals(OptionalInt.of(137), tail(agent).awaitExit().code());
        assertEquals(new TerminationReport(0, 0), custodian.sweep());
    }

    private CustodyRecord ready(String script) throws Exception {
        CustodyRecord agent = script(script);
        OutputRecorder output = tail(agent);
        output.awaitLine("ready");
        output.tail.close();
        return agent;
    }

    /** Waits until the agent has ended and only so many bearers of its cookie are left. */
    private void leavesBehind(CustodyRecord agent, int count) throws Exception {
        tail(agent).awaitExit();
        String cookie = instance() + ":" + agent.agentId();
        eventually(count + " processes are left", () -> bearers(cookie).size() == count);
    }
}
