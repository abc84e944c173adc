package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where nothing can be written. Needs root, and a file system or kernel that takes the tools: left out elsewhere. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReadOnlyIT {
    /** Of the data directory: links to what other servers have too. */
    private static final String KARAF = "karaf";

    /** An agent that survives its failed writes. */
    private static final String LOST_OUTPUT = "[[slow lines=50 every=1ms]] [[bash sleep=60s]]";

    @TempDir
    static Path directory;

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        server = new Server(directory.resolve("data")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String place(String name) throws IOException {
        return Files.createDirectories(directory.resolve("places").resolve(name))
                .toString();
    }

    @Test
    @DisplayName(
            "P4 P1 a data directory that turns read-only: no project comes, those that are there run and can be read; "
                    + "and all is well again when it can be written")
    void turnsReadOnly() throws Exception {
        try (Client client = server.connect()) {
            String project = client.create(place("first"));
            int before = projects(client);
            client.join(project);
            Path projects = server.dataDir().resolve("projects");
            try (ReadOnlyFiles files = ReadOnlyFiles.of(List.of(projects))) {
                client.send("project_create", Client.data().put("path", place("second")));
                assertUnavailable(client.next("error"));
                assertRuns(client, project, "hello");
            }
            assertEquals(before, projects(client));
            client.create(place("second"));
            assertRuns(client, project, "and now?");
        }
    }

    private static int projects(Client client) throws Exception {
        client.send("project_list", Client.data());
        return client.until("project_list").at("/data/total").asInt();
    }

    @Test
    @DisplayName(
            "M2 P4 the data directory turns read-only in a run: what was shown can be read, nothing more is shown, "
                    + "new work is refused; then all that the agent has said meanwhile is recorded, and the log has no hole")
    void turnsReadOnlyInARun() throws Exception {
        try (Client other = server.connect();
                Follower follower = following(other, "waiting", "[[slow lines=50 every=1ms]]")) {
            String idle = other.create(place("idle"));
            try (ReadOnlyFiles files = ReadOnlyFiles.below(server.dataDir(), List.of(KARAF, "agents"))) {
                assertRefused(other, idle);
                double before = failures();
                go("waiting");
                Server.await("the run's records are refused", 20, () -> failures() > before);
                assertShownIsRecorded(other, follower);
            }
            assertEquals("IDLE", follower.untilOver());
            follower.assertRun("IDLE");
            follower.assertAllLines(50);
            assertGoesOn(other, follower);
            other.join(idle);
            assertRuns(other, idle, "hello");
        }
    }

    @Test
    @DisplayName(
            "M2 P4 X4 X5 where the agents write too: who ends meanwhile is missed, who has lost its output can be killed or "
                    + "runs into its timeout, and the log has no hole")
    void turnsReadOnlyUnderAgents() throws Exception {
        try (Client other = server.connect();
                Follower silenced = following(other, "silenced", LOST_OUTPUT);
                Follower ended = following(other, "ended", "[[exit code=3]]");
                Follower timed =
                        following(other, "timed", LOST_OUTPUT, Client.data().put("timeout_ms", 15_000))) {
            String idle = other.create(place("idle too"));
            try (ReadOnlyFiles files = ReadOnlyFiles.below(server.dataDir(), List.of(KARAF))) {
                assertRefused(other, idle);
                for (String name : List.of("silenced", "timed")) {
                    go(name);
                    Server.await(
                            name + " is past its lines", 20, () -> agents(name).contains("(sleep)"));
                }
                assertFalse(agents("ended").isEmpty());
                go("ended");
                Server.await("it has ended", 20, () -> agents("ended").isEmpty());
                assertShownIsRecorded(other, silenced);
                assertShownIsRecorded(other, timed);
                assertShownIsRecorded(other, ended);
            }
            assertEquals("ERROR", ended.untilOver());
            ended.assertRun("error ERROR");
            JsonNode error = ended.of("error").get(0).get("data");
            assertEquals("EXECUTION_FAILED", error.get("code").asText());
            assertFalse(error.get("details").has("exit_code"), "which could not be written down");
            silenced.client().send("agent_kill", silenced.project());
            assertEquals("IDLE", silenced.untilOver());
            silenced.until("process_killed");
            silenced.assertRun("IDLE process_killed");
            assertEquals("ERROR", timed.untilOver());
            timed.assertRun("error ERROR");
            assertEquals(
                    "EXECUTION_TIMEOUT",
                    timed.of("error").get(0).at("/data/code").asText());
            assertGoesOn(other, silenced);
            assertGoesOn(other, timed);
            assertGoesOn(other, ended);
        }
    }

    /** Who follows a project whose agent goes on once it is told to. */
    private static Follower following(Client client, String name, String then) throws Exception {
        return following(client, name, then, Client.data());
    }

    private static Follower following(Client client, String name, String then, ObjectNode options) throws Exception {
        Follower follower = new Follower(client.create(place(name)));
        follower.join(server);
        follower.execute("[[say text=begun]] [[until file=go]] " + then, options);
        follower.until(frame -> frame.toString().contains("begun"));
        return follower;
    }

    private static void go(String name) throws IOException {
        Files.createFile(Path.of(place(name)).resolve("go"));
    }

    /** What the processes are that work in a project's directory. */
    private static String agents(String name) {
        try {
            return Trees.processesIn(Path.of(place(name)).toRealPath()).stream()
                    .map(Trees::describe)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(Client client, String project) throws Exception {
        client.execute(project, "hello");
        assertUnavailable(client.next("error"));
        client.send("project_create", Client.data().put("path", place("refused")));
        assertUnavailable(client.next("error"));
    }

    private static void assertShownIsRecorded(Client reader, Follower follower) throws Exception {
        int shown = follower.hear();
        assertEquals(shown, History.whole(reader, follower.project()).size());
        follower.assertHistory(reader);
    }

    private static void assertGoesOn(Client reader, Follower follower) throws Exception {
        follower.execute("hello");
        assertEquals("IDLE", follower.untilOver());
        follower.assertRun("IDLE");
        follower.assertHistory(reader);
        assertTrue(follower.client().isOpen(), "one connection throughout");
    }

    private static double failures() {
        try {
            return Scrape.of(server).get("switchboard_log_failures_total");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertUnavailable(JsonNode error) {
        assertEquals("STORAGE_UNAVAILABLE", error.at("/data/code").asText(), error.toString());
    }

    private static void assertRuns(Client client, String project, String prompt) throws Exception {
        client.execute(project, prompt);
        List<JsonNode> run = client.run();
        assertEquals("IDLE", Client.stateOf(run.get(run.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("H4 P4 on a read-only disk the server does not start, and says why in one line")
    void startsReadOnly() throws Exception {
        try (SmallDisk mounted = SmallDisk.mount(directory.resolve("disk"), "ro,size=1m")) {
            Path disk = mounted.directory();
            Path output = directory.resolve("output");
            ProcessBuilder launcher = new ProcessBuilder(Distribution.launcher().toString(), "run", "--demo")
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectErrorStream(true);
            launcher.environment().keySet().removeIf(name -> name.startsWith("SWITCHBOARD_"));
            launcher.environment().put("SWITCHBOARD_DATA_DIR", disk.toString());
            Process process = launcher.start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
            assertEquals(
                    List.of("switchboard: cannot write in the data directory " + disk + "; is it on a read-only disk?"),
                    Files.readAllLines(output));
        }
    }
}
