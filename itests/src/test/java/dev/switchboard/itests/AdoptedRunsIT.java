package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a run whose server is another one by now, and how those end that had no server for a while. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Order(1)
class AdoptedRunsIT {
    /** More than are written before the test ends. */
    private static final String ENDLESS = "[[slow lines=6000 every=50ms]]";

    private static final int ENDLESS_LINES = 6000;
    private static final int EARLY_LINES = 40;
    private static final int LATE_LINES = 60;
    /** The later ones are written when the test says so. */
    private static final String IN_TWO_PARTS = "[[slow lines=" + EARLY_LINES
            + " every=10ms]] [[until file=go]] [[slow lines=" + LATE_LINES + " every=10ms]]";

    @TempDir
    private Path directory;

    private final List<Follower> all = new ArrayList<>();
    private Server server;

    @BeforeEach
    void prepare() throws IOException {
        server = new Server(directory.resolve("data")).set("LIMITS_EXECUTIONS_PER_MINUTE", "0");
    }

    @AfterEach
    void stop() throws Exception {
        all.forEach(Follower::close);
        server.set("SHUTDOWN_AGENTS", "stop");
        server.close();
    }

    private Path path(Follower follower) {
        return directory.resolve("projects/p" + all.indexOf(follower));
    }

    private Follower follower() throws Exception {
        Path path = Files.createDirectories(directory.resolve("projects/p" + all.size()));
        try (Client client = server.connect()) {
            Follower follower = new Follower(client.create(path.toString()));
            follower.join(server);
            all.add(follower);
            return follower;
        }
    }

    /** Who follows a run that has shown a line already. */
    private Follower running(String prompt) throws Exception {
        Follower follower = follower();
        follower.execute(prompt);
        follower.until(frame -> frame.toString().contains("Line "));
        return follower;
    }

    private void kill() throws Exception {
        server.kill();
        for (Follower follower : all) {
            follower.lost();
        }
    }

    private void startAgain() throws Exception {
        server.start();
        for (Follower follower : all) {
            follower.join(server);
        }
    }

    private static JsonNode error(Follower follower) {
        follower.assertRun("error ERROR");
        return follower.of("error").get(0).get("data");
    }

    /** Has agents write their later lines. */
    private void goOn(Follower... followers) throws IOException {
        for (Follower follower : followers) {
            Files.createFile(path(follower).resolve("go"));
        }
    }

    private static void assertBothParts(Follower follower) {
        follower.assertAllLines(EARLY_LINES);
        follower.assertAllLines(LATE_LINES);
    }

    private void assertNothingIsLeft() throws Exception {
        Server.await(
                "no process of an agent is left",
                20,
                () -> server.agentProcesses().isEmpty());
    }

    @Test
    @DisplayName(
            "X8 H5 what waited for its next turn when a server was killed is gone when the next one has been stopped, at once too")
    void stopsAtOnce() throws Exception {
        server.start();
        for (int i = 0; i < 4; i++) {
            Follower follower = follower();
            follower.execute("hi");
            assertEquals("IDLE", follower.untilOver());
        }
        kill();
        assertFalse(server.agentProcesses().isEmpty());
        server.start();
        assertEquals(0, server.stop());
        assertNothingIsLeft();
        server.start();
        try (Client client = server.connect()) {
            Follower last = follower();
            last.execute("hi");
            assertEquals("IDLE", last.untilOver());
            assertFalse(server.agentProcesses().isEmpty());
            client.send("project_delete", last.project());
            client.until("project_deleted");
        }
        assertEquals(0, server.stop());
        assertNothingIsLeft();
    }

    @Test
    @DisplayName(
            "X8 X4 X5 X7 an adopted run is killed, interrupted, and cut off by its time and by silence, as any other")
    void endsAdoptedRuns() throws Exception {
        server.set("TIMEOUTS_SILENCE_SECONDS", "9").start();
        Follower killed = running(ENDLESS);
        Follower deaf = running("[[deaf]] " + ENDLESS);
        Follower interrupted = running(ENDLESS);
        Follower slow = follower();
        slow.execute(ENDLESS, Client.data().put("timeout_ms", 12_000));
        Follower silent = running("[[slow lines=2 every=10ms]] [[hang]]");
        kill();
        startAgain();
        for (Follower follower : List.of(killed, deaf)) {
            follower.client().send("agent_kill", follower.project());
            follower.until("execution_killed");
            follower.assertRun("IDLE process_killed");
            follower.assertLinesSoFar(ENDLESS_LINES);
        }
        interrupted.client().send("agent_interrupt", interrupted.project());
        interrupted.until("agent_interrupt");
        interrupted.assertRun("IDLE");
        interrupted.assertLinesSoFar(ENDLESS_LINES);
        interrupted.execute("and now?");
        assertEquals("IDLE", interrupted.untilOver());
        assertTrue(interrupted.lastRun().toString().contains("[[slow lines=6000"), "it goes on in its conversation");
        for (Follower follower : List.of(slow, silent)) {
            assertEquals("ERROR", follower.untilOver());
            JsonNode error = error(follower);
            assertEquals("EXECUTION_TIMEOUT", error.get("code").asText());
            assertTrue(error.get("message").asText().contains("timed out"));
            assertEquals(follower == silent, error.get("message").asText().contains("silent"));
        }
        slow.assertLinesSoFar(ENDLESS_LINES);
        try (Client client = server.connect()) {
            client.deleteProjects();
        }
        assertNothingIsLeft();
    }

    /** What is there when a server is killed, and has to be seen to by the next one. */
    private interface Case {
        /** The server runs. */
        void before() throws Exception;

        /** It has just been killed. */
        default void meanwhile() throws Exception {}

        /** The next one runs, and is followed. */
        void after() throws Exception;
    }

    @Test
    @DisplayName(
            "X8 X3 X7 after a kill -9: agents that ended meanwhile, pids that are somebody else's by now, answers given just before")
    void killedMeanwhile() throws Exception {
        server.set("LIMITS_EXECUTIONS", "20").start();
        Process foreign = new ProcessBuilder("sleep", "300").start();
        try {
            List<Case> cases = List.of(new EndedMeanwhile(), new PidUsedAgain(foreign), new AnsweredJustBefore());
            for (Case each : cases) {
                each.before();
            }
            kill();
            for (Case each : cases) {
                each.meanwhile();
            }
            startAgain();
            for (Case each : cases) {
                each.after();
            }
            try (Client client = server.connect()) {
                client.deleteProjects();
            }
            assertTrue(foreign.isAlive(), "the other process is nobody's business");
        } finally {
            foreign.destroyForcibly().waitFor();
        }
    }

    /** They end as they ended, with their exit codes and every line. */
    private final class EndedMeanwhile implements Case {
        private Follower shot;
        private Follower lost;
        private Follower done;
        private Follower broke;
        private Follower refused;
        private Follower torn;

        @Override
        public void before() throws Exception {
            shot = running(ENDLESS);
            lost = running(ENDLESS);
            done = follower();
            broke = follower();
            refused = follower();
            torn = follower();
            done.execute(IN_TWO_PARTS);
            broke.execute(IN_TWO_PARTS + " [[exit code=7 stderr=\"it broke\"]]");
            refused.execute(IN_TWO_PARTS + " [[api-error status=500]]");
            torn.execute(IN_TWO_PARTS + " [[crash mid-line]]");
            torn.until(frame -> frame.toString().contains("Line "));
        }

        @Override
        public void meanwhile() throws Exception {
            goOn(done, broke, refused, torn);
            AgentFiles shotAgent = AgentFiles.of(server, shot.project());
            end(shotAgent.agent());
            AgentFiles lostAgent = AgentFiles.of(server, lost.project());
            end(lostAgent.wrapper(), lostAgent.agent());
            Server.await("all are over", 60, () -> {
                try {
                    boolean over = shotAgent.hasExited();
                    for (Follower follower : List.of(done, broke, refused, torn)) {
                        over &= AgentFiles.isOver(server, follower.project());
                    }
                    return over;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }

        @Override
        public void after() throws Exception {
            for (Follower follower : List.of(shot, lost, done, broke, refused, torn)) {
                follower.untilOver();
            }
            done.assertRun("IDLE");
            for (Follower follower : List.of(done, broke, refused, torn)) {
                assertBothParts(follower);
            }
            for (Follower follower : List.of(shot, lost)) {
                follower.assertLinesSoFar(ENDLESS_LINES);
            }
            for (Follower follower : List.of(shot, lost, broke, refused, torn)) {
                assertEquals("EXECUTION_FAILED", error(follower).get("code").asText());
            }
            assertEquals(7, error(broke).at("/details/exit_code").asInt());
            assertEquals("it broke", error(broke).at("/details/stderr_tail").asText());
            assertEquals(1, error(torn).at("/details/exit_code").asInt());
            assertEquals(128 + 9, error(shot).at("/details/exit_code").asInt());
            assertFalse(
                    error(lost).path("details").has("exit_code"),
                    () -> error(lost).toString());
            done.execute("go on");
            assertEquals("IDLE", done.untilOver());
        }
    }

    /** The run ends as lost, the other process is left alone. */
    private final class PidUsedAgain implements Case {
        private final Process foreign;
        private Follower other;
        private Follower otherAtTheSameTime;

        PidUsedAgain(Process foreign) {
            this.foreign = foreign;
        }

        @Override
        public void before() throws Exception {
            other = running(ENDLESS);
            otherAtTheSameTime = running(ENDLESS);
        }

        @Override
        public void meanwhile() throws Exception {
            for (Follower follower : List.of(other, otherAtTheSameTime)) {
                AgentFiles agent = AgentFiles.of(server, follower.project());
                end(agent.wrapper(), agent.agent());
                agent.name(foreign.pid(), follower == otherAtTheSameTime);
            }
        }

        @Override
        public void after() throws Exception {
            for (Follower follower : List.of(other, otherAtTheSameTime)) {
                assertEquals("ERROR", follower.untilOver());
                JsonNode error = error(follower);
                assertEquals("EXECUTION_FAILED", error.get("code").asText());
                assertFalse(error.path("details").has("exit_code"), error::toString);
                follower.assertLinesSoFar(ENDLESS_LINES);
                follower.execute("go on");
                assertEquals("IDLE", follower.untilOver());
            }
        }
    }

    /** They take effect; the last case before the kill, as it is about the moment. */
    private final class AnsweredJustBefore implements Case {
        private final List<Follower> asked = new ArrayList<>();

        @Override
        public void before() throws Exception {
            for (int i = 0; i < 4; i++) {
                Follower follower = follower();
                follower.execute("[[ask tool=Write path=a.txt content=hello]] [[slow lines=3 every=50ms]]");
                follower.until("permission_request");
                asked.add(follower);
            }
            for (Follower follower : asked) {
                follower.client()
                        .send(
                                "permission_response",
                                follower.project(),
                                Client.data()
                                        .put(
                                                "permission_id",
                                                follower.question()
                                                        .orElseThrow()
                                                        .get("permission_id")
                                                        .asText())
                                        .put("decision", "allow"));
            }
            asked.get(asked.size() - 1).until("permission_resolved");
        }

        @Override
        public void after() throws Exception {
            for (Follower follower : asked) {
                if (follower.question().isPresent()) { // it was killed before this one was recorded
                    follower.client().send("agent_kill", follower.project());
                    follower.until("execution_killed");
                    continue;
                }
                assertEquals("IDLE", follower.untilOver());
                follower.assertRun("IDLE");
                follower.assertAllLines(3);
                assertEquals(1, follower.of("permission_request").size());
                assertEquals(1, follower.of("permission_resolved").size());
                assertEquals("hello", Files.readString(path(follower).resolve("a.txt")));
            }
        }
    }

    /** Ends processes from one moment to the next, and waits until they are gone. */
    private static void end(long... pids) throws InterruptedException {
        for (long pid : pids) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (long pid : pids) {
            Server.await(
                    "gone",
                    10,
                    () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        }
    }

    @Test
    @DisplayName(
            "X8 H5 X7 a normal stop that keeps agents: those at work go on, those at rest end, nothing is recorded")
    void keptAtAStop() throws Exception {
        server.set("SHUTDOWN_AGENTS", "keep").start();
        Follower rests = follower();
        rests.execute("the number is 42");
        assertEquals("IDLE", rests.untilOver());
        Follower works = running(IN_TWO_PARTS);
        Follower second = follower();
        second.execute("the number is 43");
        assertEquals("IDLE", second.untilOver());
        AgentFiles warm = AgentFiles.of(server, second.project());
        second.execute(IN_TWO_PARTS);
        second.until(frame -> frame.toString().contains("Line "));
        assertEquals(warm, AgentFiles.of(server, second.project()), "the second turn of a process that waited for it");
        Follower asks = follower();
        asks.execute("[[ask tool=Write path=a.txt content=hello]]");
        asks.until("permission_request");
        assertEquals(0, server.stop());
        for (Follower follower : all) {
            follower.lost();
            assertEquals(1001, follower.client().closeCode());
        }
        assertEquals(3, AgentFiles.of(server).size(), "the one at rest has been ended");
        assertFalse(server.agentProcesses().isEmpty());

        goOn(works, second);
        startAgain();
        JsonNode question = asks.question().orElseThrow();
        assertEquals(question, asks.state().at("/pending_permissions/0"));
        asks.client()
                .send(
                        "permission_response",
                        asks.project(),
                        Client.data()
                                .put(
                                        "permission_id",
                                        question.get("permission_id").asText())
                                .put("decision", "allow"));
        for (Follower follower : List.of(works, second, asks)) {
            assertEquals("IDLE", follower.untilOver());
            follower.assertRun("IDLE");
        }
        assertBothParts(works);
        assertBothParts(second);
        assertEquals("hello", Files.readString(path(asks).resolve("a.txt")));
        for (Follower follower : List.of(rests, second)) {
            follower.execute("what was before?");
            assertEquals("IDLE", follower.untilOver());
            assertTrue(
                    follower.lastRun().toString().contains(follower == rests ? "the number is 42" : "[[slow"),
                    "it goes on in its conversation");
        }
        works.execute(ENDLESS);
        works.until(frame -> frame.toString().contains("Line "));
        server.stop();
        works.lost();
        server.set("SHUTDOWN_AGENTS", "stop").start();
        works.join(server);
        assertTrue(works.isRunning(), "it was kept once more");
        assertEquals(0, server.stop());
        assertEquals(List.of(), server.agentProcesses(), "and then stopped");
        works.lost();
        server.start();
        works.join(server);
        works.assertRun("IDLE process_killed");
        works.assertLinesSoFar(ENDLESS_LINES);
    }
}
