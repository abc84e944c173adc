package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that go on while their server is killed and started again. {@code -Dadoption.kills} says how often that happens,
 * {@code -Dadoption.seed} when; it is printed.
 */
@Order(1)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AdoptionIT {
    private static final int KILLS = Integer.getInteger("adoption.kills", 2);
    private static final int MOMENTS = Integer.getInteger("adoption.moments", 2);
    private static final long SEED = Long.getLong("adoption.seed", System.nanoTime());
    /** How soon after its start a server has to tell what is true; on a machine that does nothing else 2 s are enough. */
    private static final long RIGHT_MILLIS = Long.getLong("adoption.right.ms", 10_000);

    private static final int ASKING_LINES = 20;
    private static final int LAST_LINES = 10;
    /** More than are written before the test ends. */
    private static final int ENDLESS_LINES = 6000;

    private static final int FAILING_LINES = 150;

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final List<Follower> asking = new ArrayList<>();
    private final List<Follower> endless = new ArrayList<>();
    /** The one at place i writes as many lines as {@link #lines} says. */
    private final List<Follower> finite = new ArrayList<>();

    private final List<Follower> failing = new ArrayList<>();
    private final List<Follower> all = new ArrayList<>();

    private static int lines(int place) {
        return 60 + 60 * place;
    }

    @Test
    @DisplayName(
            "X8 M4 X5 20 agents, 3 of them asking, through kills of the server: each line is logged and shown once,"
                    + " the questions can be answered, states and exit codes are right")
    void agentsOutliveTheirServers() throws Exception {
        System.out.println("AdoptionIT: adoption.kills " + KILLS + ", adoption.seed " + SEED);
        try (Server server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS", "20")
                .set("TIMEOUTS_EXECUTION_SECONDS", "0")) {
            server.start();
            begin(server);
            for (int i = 0; i < KILLS; i++) {
                hear(random.nextInt(i == 0 ? 600 : 200));
                server.kill();
                for (Follower follower : all) {
                    follower.lost();
                }
                Set<String> over = over(server);
                server.start();
                assertRightSoon(server, over);
                for (Follower follower : all) {
                    follower.join(server);
                }
            }
            answer(server);
            end();
            assertEnds();
            try (Client reader = server.connect()) {
                for (Follower follower : all) {
                    follower.assertHistory(reader);
                }
                reader.deleteProjects();
            }
            Server.await(
                    "no process of an agent is left",
                    20,
                    () -> server.agentProcesses().isEmpty());
            Server.await("no agent is in custody", 20, () -> isEmpty(server));
        } finally {
            all.forEach(Follower::close);
        }
    }

    private static boolean isEmpty(Server server) {
        try {
            return AgentFiles.of(server).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Follower follower(Server server, List<Follower> kind) throws Exception {
        Path path = Files.createDirectories(directory.resolve("projects/p" + all.size()));
        try (Client client = server.connect()) {
            Follower follower = new Follower(client.create(path.toString()));
            follower.join(server);
            kind.add(follower);
            all.add(follower);
            return follower;
        }
    }

    /** 20 agents, each of which has written a line when this returns. */
    private void begin(Server server) throws Exception {
        for (int i = 0; i < 3; i++) {
            follower(server, asking)
                    .execute(slow(ASKING_LINES) + " [[ask tool=Write path=answer.txt content=hello]] "
                            + slow(LAST_LINES));
        }
        for (int i = 0; i < 10; i++) {
            follower(server, endless).execute(slow(ENDLESS_LINES));
        }
        for (int i = 0; i < 6; i++) {
            follower(server, finite).execute(slow(lines(i)));
        }
        follower(server, failing).execute(slow(FAILING_LINES) + " [[exit code=7 stderr=\"it broke\"]]");
        assertEquals(20, all.size());
        for (Follower follower : all) {
            follower.until(frame -> frame.toString().contains("Line "));
        }
    }

    private static String slow(int lines) {
        return "[[slow lines=" + lines + " every=100ms]]";
    }

    /** Hears so many more records. */
    private void hear(int more) throws InterruptedException {
        int wanted = more + all.stream().mapToInt(Follower::hear).sum();
        Server.await(
                more + " more records",
                60,
                () -> all.stream().mapToInt(Follower::hear).sum() >= wanted);
    }

    /** The projects whose run is over although there is no server: what it has to find out. */
    private Set<String> over(Server server) throws Exception {
        Set<String> over = new HashSet<>();
        all.stream()
                .filter(follower -> !follower.isRunning())
                .map(Follower::project)
                .forEach(over::add);
        for (AgentFiles agent : AgentFiles.of(server)) {
            if (agent.isOver()) {
                over.add(agent.project());
            }
        }
        return over;
    }

    /** Within two seconds each project is EXECUTING, with its question, or is not, as is right. */
    private void assertRightSoon(Server server, Set<String> over) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RIGHT_MILLIS);
        List<String> wrong;
        try (Client late = server.connect()) {
            do {
                wrong = wrong(late, over);
            } while (!wrong.isEmpty() && System.nanoTime() < deadline);
        }
        if (!wrong.isEmpty()) {
            fail("still wrong after " + RIGHT_MILLIS + " ms: " + wrong);
        }
    }

    private List<String> wrong(Client late, Set<String> over) throws Exception {
        List<String> wrong = new ArrayList<>();
        List<JsonNode> projects = History.projects(late);
        assertEquals(all.size(), projects.size(), "a server that is ready has all projects");
        for (JsonNode project : projects) {
            String id = project.get("id").asText();
            Follower follower = all.stream()
                    .filter(one -> one.project().equals(id))
                    .findFirst()
                    .orElseThrow();
            boolean executing = project.get("state").asText().equals("EXECUTING");
            boolean mustExecute = asking.contains(follower) || endless.contains(follower);
            if (executing ? over.contains(id) : mustExecute) {
                wrong.add((over.contains(id) ? "should be over: " : "should run: ") + project);
            }
            JsonNode asked = project.at("/pending_permissions/0");
            if (follower.question().isPresent()
                    && !asked.equals(follower.question().get())) {
                wrong.add("should ask " + follower.question().get() + ": " + project);
            }
            if (executing
                    && !project.get("execution_id")
                            .equals(follower.lastRun().get(0).at("/data/execution_id"))) {
                wrong.add("is another run: " + project);
            }
        }
        return wrong;
    }

    /** A late joiner, who finds the questions in the project's state, answers them: yes, no, and yes with changes. */
    private void answer(Server server) throws Exception {
        for (int i = 0; i < asking.size(); i++) {
            Follower follower = asking.get(i);
            if (follower.question().isEmpty()) {
                follower.until("permission_request");
            }
            JsonNode question = follower.question().orElseThrow();
            try (Client late = server.connect()) {
                late.send("project_join", follower.project());
                assertEquals(question, late.next("project_state").at("/data/pending_permissions/0"));
                ObjectNode answer = Client.data()
                        .put("permission_id", question.get("permission_id").asText())
                        .put("decision", i == 1 ? "deny" : "allow");
                if (i == 1) {
                    answer.put("message", "not today");
                }
                if (i == 2) {
                    ObjectNode changed = question.get("input").deepCopy();
                    answer.set("updated_input", changed.put("content", "changed"));
                }
                late.send("permission_response", follower.project(), answer);
                late.until("permission_response");
            }
        }
    }

    /** Sees to it that every run ends: some do by themselves, of the others every second is killed. */
    private void end() throws Exception {
        for (int i = 0; i < endless.size(); i++) {
            Follower follower = endless.get(i);
            boolean kill = i % 2 == 0;
            follower.client().send(kill ? "agent_kill" : "agent_interrupt", follower.project());
            follower.until(kill ? "execution_killed" : "agent_interrupt");
        }
        for (Follower follower : all) {
            follower.untilOver();
        }
    }

    private void assertEnds() throws Exception {
        for (int i = 0; i < finite.size(); i++) {
            finite.get(i).assertRun("IDLE");
            finite.get(i).assertAllLines(lines(i));
        }
        for (int i = 0; i < endless.size(); i++) {
            endless.get(i).assertRun(i % 2 == 0 ? "IDLE process_killed" : "IDLE");
            endless.get(i).assertLinesSoFar(ENDLESS_LINES);
        }
        for (Follower follower : failing) {
            follower.assertRun("error ERROR");
            follower.assertAllLines(FAILING_LINES);
            JsonNode error = follower.of("error").get(0).get("data");
            assertEquals("EXECUTION_FAILED", error.get("code").asText());
            assertEquals(7, error.at("/details/exit_code").asInt());
            assertTrue(error.at("/details/stderr_tail").asText().contains("it broke"), error::toString);
        }
        for (int i = 0; i < asking.size(); i++) {
            Follower follower = asking.get(i);
            follower.assertRun("IDLE");
            follower.assertAllLines(ASKING_LINES);
            follower.assertAllLines(LAST_LINES);
            assertEquals(1, follower.of("permission_request").size());
            assertEquals(1, follower.of("permission_resolved").size());
            Path file = directory.resolve("projects/p" + i + "/answer.txt");
            if (i == 1) {
                assertFalse(Files.exists(file));
                assertTrue(follower.lastRun().toString().contains("not today"));
            } else {
                assertEquals(i == 0 ? "hello" : "changed", Files.readString(file));
            }
        }
    }

    @Test
    @DisplayName(
            "X8 M4 whenever the server is killed after a run was asked for: no line is lost or doubled, each run ends once")
    void atAnyMoment() throws Exception {
        System.out.println("AdoptionIT: adoption.moments " + MOMENTS + ", adoption.seed " + SEED);
        int completed = 0;
        int failed = 0;
        try (Server server = new Server(directory.resolve("data")).set("LIMITS_EXECUTIONS_PER_MINUTE", "0")) {
            server.start();
            for (int i = 0; i < 4; i++) {
                follower(server, finite);
            }
            for (int round = 0; round < MOMENTS; round++) {
                for (Follower follower : all) {
                    follower.client()
                            .send(
                                    "execute",
                                    follower.project(),
                                    Client.data().put("prompt", "[[slow lines=8 every=50ms]]"));
                }
                all.get(0).until("execute");
                // Of the runs that go on there is one, whatever the moments of the other rounds.
                if (round == MOMENTS - 1) {
                    all.get(0).until(frame -> frame.toString().contains("Line "));
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
                server.kill();
                for (Follower follower : all) {
                    follower.lost();
                }
                server.start();
                for (Follower follower : all) {
                    follower.join(server);
                    if (follower.records().isEmpty()) {
                        continue; // the server was killed before it began the first run of this one
                    }
                    boolean good = follower.untilOver().equals("IDLE");
                    follower.assertRun(good ? "IDLE" : "error ERROR");
                    if (good) {
                        follower.assertAllLines(8);
                        completed++;
                    } else {
                        follower.assertLinesSoFar(8);
                        assertEquals(
                                "server_stopped",
                                follower.lastRun()
                                        .get(follower.lastRun().size() - 2)
                                        .at("/data/details/reason")
                                        .asText(),
                                () -> Frames.brief(follower.lastRun()) + follower.lastRun());
                        failed++;
                    }
                }
                Server.await(
                        "no process of an agent that nobody knows",
                        5,
                        () -> server.strays().isEmpty());
            }
            System.out.println("AdoptionIT: " + completed + " runs went on, " + failed + " had no agent yet");
            assertTrue(completed > 0);
            try (Client reader = server.connect()) {
                for (Follower follower : all) {
                    follower.assertHistory(reader);
                }
                reader.deleteProjects();
            }
        } finally {
            all.forEach(Follower::close);
        }
    }
}
