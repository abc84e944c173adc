package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Agents whose processes do not want to end, stopped at random moments. {@code -Dhostile.rounds} says how many, the benchmark
 * {@code HostileKill} does it at length and tells times.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX)
@Order(1)
class HostileKillIT {
    private static final int ROUNDS = Integer.getInteger("hostile.rounds", 6);
    private static final long SEED = Long.getLong("hostile.seed", System.nanoTime());
    private static final int LATEST_STOP_MILLIS = 1000;
    private static final int LOOKS = 20;
    private static final String STORM = "[[storm forks=150 every=20ms life=2s hops=1000 hop=5ms]]";
    private static final List<String> PROMPTS = List.of(
            "[[tree depth=2 width=2 life=60s]] [[hang deaf]]",
            STORM + " [[hang]]",
            "[[deaf]] [[tree depth=1 width=3 life=60s]] " + STORM + " [[hang]]",
            STORM + " [[tree depth=2 width=2 life=60s]] [[stream words=3000 every=20ms]]");

    @TempDir
    Path directory;

    private enum Stop {
        KILL,
        TIMEOUT,
        INTERRUPT
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "on"})
    @DisplayName(
            "X4 X5 hostile trees, killed, timed out or interrupted at random moments: the right state, nobody left")
    void stops(String isolation) throws Exception {
        assumeTrue(isolation.equals("none") || canIsolate(), "PID namespaces cannot be had here");
        System.out.println("hostile.rounds " + ROUNDS + ", hostile.seed " + SEED + ", isolation " + isolation);
        Random random = new Random(SEED);
        try (Server server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .set("AGENTS_ISOLATION", isolation)) {
            stops(server.start(), random, isolation);
        }
    }

    private void stops(Server server, Random random, String isolation) throws Exception {
        try (Client client = server.connect()) {
            for (int round = 0; round < ROUNDS; round++) {
                Path path = Files.createDirectories(directory.toRealPath().resolve("projects/p" + round));
                String project = client.create(path.toString());
                client.join(project);
                Stop stop = Stop.values()[round % Stop.values().length];
                String prompt = PROMPTS.get(random.nextInt(PROMPTS.size()));
                String what = "round " + round + ", " + stop + " of " + prompt;

                List<JsonNode> frames = stop(client, project, prompt, stop, random.nextInt(LATEST_STOP_MILLIS));

                assertEnd(frames, stop, what);
                if (stop == Stop.INTERRUPT) {
                    // The process, which an interrupt keeps, is ended soon after.
                    client.send("project_delete", project);
                    client.until("project_deleted");
                }
                // What is in a namespace has ended when a killed run has; what is not may escape for a moment.
                if (stop == Stop.INTERRUPT || isolation.equals("none")) {
                    Server.await("nobody works there after " + what, 40, () -> staysEmpty(path));
                } else {
                    assertTrue(staysEmpty(path), what);
                }
            }
            assertHealth(server, client, isolation);
            client.deleteProjects();
            Server.await("no agent is in custody", 20, () -> {
                try {
                    return server.agents().isEmpty();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    /** Every frame from the prompt to the end. */
    private static List<JsonNode> stop(Client client, String project, String prompt, Stop stop, int delay)
            throws Exception {
        ObjectNode request = Client.data().put("prompt", prompt);
        if (stop == Stop.TIMEOUT) {
            request.set("options", Client.data().put("timeout_ms", 50 + delay));
        }
        client.send("execute", project, request);
        if (stop == Stop.TIMEOUT) {
            return client.run();
        }
        client.until("execute");
        TimeUnit.MILLISECONDS.sleep(delay); // the random moment
        client.send(stop == Stop.KILL ? "agent_kill" : "agent_interrupt", project);
        List<JsonNode> frames = client.rest();
        client.until(stop == Stop.KILL ? "execution_killed" : "agent_interrupt");
        return frames;
    }

    private static void assertEnd(List<JsonNode> frames, Stop stop, String round) {
        String state = Client.stateOf(frames.get(frames.size() - 1)).orElseThrow();
        List<String> errors = frames.stream()
                .filter(frame -> frame.get("type").asText().equals("error"))
                .map(frame -> frame.at("/data/code").asText())
                .toList();
        assertEquals(stop == Stop.TIMEOUT ? "ERROR" : "IDLE", state, round);
        assertEquals(stop == Stop.TIMEOUT ? List.of("EXECUTION_TIMEOUT") : List.of(), errors, round);
    }

    /** By the working directory, which has nothing to do with how the server finds them; often, for one look may miss one. */
    private static boolean staysEmpty(Path path) {
        for (int look = 0; look < LOOKS; look++) {
            if (!nobodyWorksIn(path)) {
                return false;
            }
        }
        return true;
    }

    private static boolean nobodyWorksIn(Path path) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .noneMatch(process -> worksIn(process, path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean worksIn(Path process, Path path) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(path);
        } catch (IOException e) {
            return false; // it has ended, or is somebody else's
        }
    }

    private static void assertHealth(Server server, Client client, String isolation) throws Exception {
        List<String> known = isolation.equals("none") ? List.of("none") : List.of("pid", "user_and_pid");
        Server.await("health is up to date", 30, () -> {
            try {
                client.send("health", Client.data());
                JsonNode custody = client.until("health_status").at("/data/checks/custody");
                return custody.path("status").asText().equals("healthy")
                        && custody.path("survivors").asInt(-1) == 0
                        && known.contains(custody.path("isolation").asText());
            } catch (Exception e) {
                throw new AssertionError(server.console(), e);
            }
        });
    }

    private static boolean canIsolate() throws Exception {
        return runs("unshare", "--pid", "--fork", "--mount-proc", "true")
                || runs("unshare", "--user", "--map-current-user", "--pid", "--fork", "--mount-proc", "true");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
