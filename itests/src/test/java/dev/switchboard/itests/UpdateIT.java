package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Bundles that are updated, stopped and started under agents that write. {@code -Dupdate.rounds} says how often. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Order(1)
class UpdateIT {
    private static final String EXECUTOR = "dev.switchboard.executor-claude";
    private static final int ROUNDS = Integer.getInteger("update.rounds", 10);
    /** More than are written before the test ends. */
    private static final int ENDLESS_LINES = 6000;

    private static final int FINITE_LINES = 100;

    @TempDir
    private Path directory;

    private final List<Follower> all = new ArrayList<>();
    private Server server;
    private Shell shell;

    @BeforeEach
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("TIMEOUTS_EXECUTION_SECONDS", "0")
                .set("SHUTDOWN_AGENTS", "keep") // an update of the runs' own bundle ends them otherwise, as a stop does
                .start();
        shell = new Shell(server);
    }

    @AfterEach
    void stop() throws Exception {
        all.forEach(Follower::close);
        server.close();
    }

    private Follower running(int lines) throws Exception {
        Path path = Files.createDirectories(directory.resolve("projects/p" + all.size()));
        try (Client client = server.connect()) {
            Follower follower = new Follower(client.create(path.toString()));
            follower.join(server);
            all.add(follower);
            follower.execute("[[slow lines=" + lines + " every=100ms]]");
            follower.until(frame -> frame.toString().contains("Line "));
            return follower;
        }
    }

    private void assertOpen() {
        for (Follower follower : all) {
            assertTrue(follower.client().isOpen(), "one connection throughout");
        }
    }

    /** Each of these writes more, and that is shown. */
    private static void assertGoOn(List<Follower> followers) throws InterruptedException {
        for (Follower follower : followers) {
            follower.hear();
            follower.until("agent_message");
        }
    }

    private static void kill(Follower follower) throws Exception {
        follower.client().send("agent_kill", follower.project());
        follower.until("execution_killed");
        follower.assertRun("IDLE process_killed");
        follower.assertLinesSoFar(ENDLESS_LINES);
    }

    /** Ends what still runs; every record came once, and history tells the same. */
    private void assertWhole(List<Follower> endless) throws Exception {
        for (Follower follower : endless) {
            kill(follower);
        }
        assertOpen();
        try (Client reader = server.connect()) {
            for (Follower follower : all) {
                follower.assertHistory(reader);
            }
        }
    }

    @Test
    @DisplayName("X8 S1 the executor is updated ten times under ten agents: no line is lost or doubled, no run fails")
    void updatesTheExecutor() throws Exception {
        List<Follower> endless = new ArrayList<>();
        List<Follower> finite = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            endless.add(running(ENDLESS_LINES));
            finite.add(running(FINITE_LINES));
        }
        for (int i = 0; i < ROUNDS; i++) {
            shell.print("bundle:update " + EXECUTOR);
            assertGoOn(endless);
        }
        for (Follower follower : finite) {
            assertEquals("IDLE", follower.untilOver());
            follower.assertRun("IDLE");
            follower.assertAllLines(FINITE_LINES);
        }
        assertWhole(endless);
    }

    @Test
    @DisplayName("X8 S1 X4 while the executor is away its runs wait, and can be killed; when it is back they go on")
    void runsWithoutTheirExecutor() throws Exception {
        List<Follower> endless = List.of(running(ENDLESS_LINES), running(ENDLESS_LINES));
        Follower killed = running(ENDLESS_LINES);
        Follower shot = running(ENDLESS_LINES);
        Follower finite = running(FINITE_LINES);
        shell.print("bundle:stop " + EXECUTOR);
        ProcessHandle agent =
                ProcessHandle.of(AgentFiles.of(server, shot.project()).agent()).orElseThrow();
        agent.destroyForcibly();
        agent.onExit().get(10, TimeUnit.SECONDS);
        try (Client late = server.connect()) {
            for (Follower follower : List.of(endless.get(0), endless.get(1), killed, shot)) {
                assertEquals("EXECUTING", History.stateOf(History.project(late, follower.project())));
            }
        }
        kill(killed);
        killed.client().send("execute", killed.project(), Client.data().put("prompt", "anybody there?"));
        JsonNode refused = killed.until("error").get("data");
        assertEquals("EXECUTOR_UNAVAILABLE", refused.get("code").asText());
        shell.print("bundle:start " + EXECUTOR);
        assertEquals("ERROR", shot.untilOver());
        shot.assertRun("error ERROR");
        shot.assertLinesSoFar(ENDLESS_LINES);
        assertEquals(
                128 + 9, shot.of("error").get(0).at("/data/details/exit_code").asInt());
        assertEquals("IDLE", finite.untilOver());
        finite.assertRun("IDLE");
        finite.assertAllLines(FINITE_LINES);
        assertGoOn(endless);
        assertWhole(endless);
    }

    @Test
    @DisplayName("X8 S1 custody, then the runs' own bundle, are updated under agents that write")
    void updatesCustodyAndExecution() throws Exception {
        List<Follower> endless = List.of(running(ENDLESS_LINES), running(ENDLESS_LINES));
        Follower finite = running(FINITE_LINES);
        for (String bundle : List.of("dev.switchboard.process", "dev.switchboard.execution")) {
            for (int i = 0; i < 2; i++) {
                shell.print("bundle:update " + bundle);
                assertGoOn(endless);
            }
        }
        assertEquals("IDLE", finite.untilOver());
        finite.assertRun("IDLE");
        finite.assertAllLines(FINITE_LINES);
        assertWhole(endless);
    }
}
