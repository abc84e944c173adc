package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.benchmarks.FuzzFrames.World;
import dev.switchboard.benchmarks.ServerProbe.Holdings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Sends a running server what no client should: requests made from the schemas, damaged ones, and what never was a request, over
 * many connections. Every message that has to be answered must be answered as the protocol says, connections may be lost by rule
 * only, the server's log must tell of no error, and in the end the server must have no more descriptors, threads and heap than
 * before. Linux, as the server's user or root. Start the server with {@code --demo} and
 * {@code SWITCHBOARD_LIMITS_REQUESTS_PER_SECOND=0}. Usage:
 * {@code Fuzz <data dir> [messages, 1000000] [connections, 50] [seed, 1]}. Exits with 1 if anything is not as promised.
 */
public final class Fuzz {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROJECTS = 8;

    /** The share of a run that comes before it, so that what the server makes once is there. */
    private static final int WARM_UP_SHARE = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path dataDir;
    private final Path base;
    private final int connections;

    private Fuzz(Path dataDir, Path base, int connections) {
        this.dataDir = dataDir;
        this.base = base;
        this.connections = connections;
    }

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: Fuzz <data dir> [messages, 1000000] [connections, 50] [seed, 1]");
            System.exit(64);
        }
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int connections = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 50;
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : 1;
        System.exit(run(Path.of(arguments[0]), messages, connections, seed).isEmpty() ? 0 : 1);
    }

    /**
     * Runs it against a server.
     *
     * @return what was not as promised, the first of it at least; empty if all was
     */
    public static List<String> run(Path dataDir, int messages, int connections, long seed) throws Exception {
        System.out.printf("%d messages over %d connections, seed %d%n", messages, connections, seed);
        Path base = Files.createTempDirectory("switchboard-fuzz").toRealPath();
        try {
            return new Fuzz(dataDir, base, connections).run(messages, seed);
        } finally {
            try (Stream<Path> files = Files.walk(base)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private List<String> run(int messages, long seed) throws Exception {
        ServerProbe server = new ServerProbe(dataDir);
        long logged = server.logged();
        FuzzFindings warmUp = new FuzzFindings();
        round(messages / WARM_UP_SHARE, ~seed, warmUp);
        Holdings before = server.holdings();
        FuzzFindings findings = new FuzzFindings();
        warmUp.broken().forEach(findings::broken);
        Duration cpu = server.cpu();
        long start = System.nanoTime();
        round(messages, seed, findings);
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = server.cpu().minus(cpu).toMillis() / 1e3;
        Holdings after = server.awaitNoMoreThan(before, PATIENCE);
        if (!after.excess(before).isEmpty()) {
            findings.broken("the server was left with " + after.excess(before));
        }
        server.troubleSince(logged).forEach(line -> findings.broken("in the log: " + line));
        findings.print(seconds);
        System.out.printf("server CPU %.1f s, %.0f µs a message%n", cpuSeconds, cpuSeconds * 1e6 / messages);
        System.out.printf("before: %s%nafter:  %s%n", before, after);
        System.out.println(findings.broken().isEmpty() ? "as promised" : "NOT as promised");
        return findings.broken();
    }

    private void round(int messages, long seed, FuzzFindings findings) throws Exception {
        try (FrameClient client = FrameClient.connect(dataDir)) {
            Set<String> others = projects(client);
            List<String> shared = new ArrayList<>();
            for (int i = 0; i < PROJECTS; i++) {
                shared.add(create(client, "shared-" + i, FuzzFrames.NO_EXECUTOR));
            }
            RawSocket.Address address = RawSocket.Address.of(dataDir);
            String runner = create(client, "runner", "");
            runOnce(client, runner);
            World world = new World(List.copyOf(shared), runner, base, address.token());
            ExecutorService pool = Executors.newFixedThreadPool(connections);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < connections; i++) {
                    int count = messages / connections + (i < messages % connections ? 1 : 0);
                    long own = seed * 1_000_003 + i;
                    FuzzFrames frames = new FuzzFrames(own, "c" + i, world);
                    makeDirectories("c" + i);
                    all.add(pool.submit(() -> {
                        new FuzzClient(frames, findings, address, ~own).run(count);
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            } finally {
                pool.shutdownNow();
            }
            Set<String> made = projects(client);
            made.removeAll(others);
            for (String project : made) {
                client.send("project_delete", project);
                client.until(frame -> frame.path("type").asText().equals("project_deleted")
                        && frame.path("project_id").asText().equals(project));
            }
        }
    }

    /** A run takes threads of the executor's, also if chance asks for none. */
    private static void runOnce(FrameClient client, String project) throws Exception {
        client.send("execute", project, JSON.createObjectNode().put("prompt", "hello"));
        client.until(frame -> frame.at("/data/state").asText().equals("EXECUTING"));
        client.until(frame -> frame.at("/data/state").asText().equals("IDLE"));
    }

    private void makeDirectories(String connection) throws Exception {
        for (int i = 0; i < FuzzFrames.DIRECTORIES; i++) {
            Files.createDirectories(base.resolve(connection).resolve(Integer.toString(i)));
        }
    }

    /** @param executor empty for the usual one */
    private String create(FrameClient client, String name, String executor) throws Exception {
        var data = JSON.createObjectNode()
                .put("path", Files.createDirectories(base.resolve(name)).toString());
        if (!executor.isEmpty()) {
            data.put("executor", executor);
        }
        client.send("project_create", "", data);
        JsonNode state = client.until(frame -> !frame.path("type").asText().startsWith("server_"));
        if (!state.path("type").asText().equals("project_state")) {
            throw new IllegalStateException("no project: " + state);
        }
        return state.at("/data/id").asText();
    }

    private static Set<String> projects(FrameClient client) throws Exception {
        client.send("project_list", "");
        Set<String> ids = new HashSet<>();
        client.until("project_list")
                .at("/data/projects")
                .forEach(project -> ids.add(project.get("id").asText()));
        return ids;
    }
}
