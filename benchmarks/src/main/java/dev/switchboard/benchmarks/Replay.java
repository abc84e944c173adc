package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Has an agent write as fast as it can, while clients come and go at random, each coming back with its last {@code seq}, and the
 * server is killed (SIGKILL) and stopped (SIGTERM) in turn at random moments and started again: each client must be shown 1 … N,
 * each record once, all the same, and N must be what the log has. Starts its own server. Usage:
 * {@code Replay <unpacked distribution> [records, 1000000] [clients, 50] [restarts, 3] [seed, 1]}. Exits with 1 if anything is not
 * as promised.
 */
public final class Replay {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RUNS = 10;
    private static final int LINE_BYTES = 400;
    /** On the average a client goes and comes this often. */
    private static final int VISITS = 40;

    private static final long STALL_SECONDS = 120;

    private final OwnServer server;
    private final Path directory;
    private final long records;
    private final SplittableRandom random;
    private final List<ReplayClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private String project = "";
    private FrameClient prompter;

    private Replay(OwnServer server, Path directory, long records, long seed) {
        this.server = server;
        this.directory = directory;
        this.records = records;
        this.random = new SplittableRandom(seed);
    }

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println(
                    "usage: Replay <unpacked distribution> [records, 1000000] [clients, 50] [restarts, 3] [seed, 1]");
            System.exit(64);
        }
        long records = argument(arguments, 1, 1_000_000);
        int count = (int) argument(arguments, 2, 50);
        int restarts = (int) argument(arguments, 3, 3);
        long seed = argument(arguments, 4, 1);
        Path base = Files.createTempDirectory("switchboard-replay").toRealPath();
        boolean good = false;
        OwnServer server = new OwnServer(Path.of(arguments[0]), Files.createDirectory(base.resolve("data")));
        try (server) {
            server.set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                    .set("LIMITS_CONNECTS_PER_MINUTE_PER_IP", "0")
                    .set("TIMEOUTS_EXECUTION_SECONDS", "0");
            System.out.printf(
                    "%d lines, %d clients, %d restarts, seed %d, %d processors%n",
                    records, count, restarts, seed, Runtime.getRuntime().availableProcessors());
            Replay program = new Replay(server, Files.createDirectory(base.resolve("project")), records, seed);
            good = program.run(count, restarts);
        } finally {
            delete(base);
        }
        System.out.println(good ? "as promised" : "NOT as promised");
        System.exit(good ? 0 : 1);
    }

    private static long argument(String[] arguments, int index, long otherwise) {
        return arguments.length > index ? Long.parseLong(arguments[index]) : otherwise;
    }

    private static void delete(Path base) throws IOException {
        try (var files = Files.walk(base)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean run(int count, int restarts) throws Exception {
        start();
        prompter.send("project_create", "", JSON.createObjectNode().put("path", directory.toString()));
        project = prompter.until("project_state").at("/data/id").asText();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(new ReplayClient(server::address, project, 2 * records / VISITS, 0, random.split()));
                threads.add(new Thread(clients.get(i), "replay-client-" + i));
            }
            long start = System.nanoTime();
            threads.forEach(Thread::start);
            prompt();
            for (int i = 0; i < restarts; i++) {
                // Somewhere in the middle half of its share, so that there is always something before it and behind it.
                long moment = (long) ((i + 0.25 + random.nextDouble() / 2) * records / restarts);
                restart(moment, i % 2 == 0);
            }
            long last = awaitRecords(Long.MAX_VALUE);
            double recorded = (System.nanoTime() - start) / 1e9;
            clients.forEach(client -> client.endAt(last));
            awaitClients();
            double followed = (System.nanoTime() - start) / 1e9;
            System.out.printf("records              %d in %.1f s, %.0f a second%n", last, recorded, last / recorded);
            System.out.printf(
                    "deliveries           %d in %.1f s, %.0f a second%n",
                    last * count, followed, last * count / followed);
            return report(last) & server.command("shell", "switchboard:log-verify") == 0;
        } finally {
            threads.forEach(Thread::interrupt);
            prompter.send("project_delete", project); // with its run, if something went wrong in the middle of one
            prompter.until("project_deleted");
            prompter.close();
        }
    }

    private void start() throws Exception {
        server.start();
        prompter = FrameClient.connect(server.dataDir());
    }

    /** One run and those that wait for it: so the agent begins the next one at once, whoever is there. */
    private void prompt() throws Exception {
        String flood = "[[flood lines=" + records / RUNS + " bytes=" + LINE_BYTES + "]]";
        for (int i = 0; i < RUNS; i++) {
            // Who asks is shown the run as long as it is there: none stays, and each has a connection without a run
            // before.
            try (FrameClient asker = FrameClient.connect(server.dataDir())) {
                asker.send(
                        "execute",
                        project,
                        JSON.createObjectNode().put("prompt", flood).put("queue", true));
                asker.until("execute");
            }
        }
    }

    private void restart(long moment, boolean kill) throws Exception {
        long last = awaitRecords(moment);
        long behind = clients.stream().mapToLong(ReplayClient::lastSeq).min().orElse(0);
        System.out.printf("%s at record %d, the slowest client at %d%n", kill ? "SIGKILL" : "SIGTERM", last, behind);
        prompter.close();
        long start = System.nanoTime();
        if (kill) {
            server.kill();
        } else {
            server.stop();
        }
        start();
        System.out.printf("ready again after %.1f s%n", (System.nanoTime() - start) / 1e9);
    }

    /** Waits until there are so many, or until nothing runs or waits any more; how many there are. */
    private long awaitRecords(long wanted) throws Exception {
        JsonNode state;
        long last = -1;
        long deadline = 0;
        do {
            TimeUnit.MILLISECONDS.sleep(50);
            prompter.send("project_list", "");
            state = prompter.until("project_list").at("/data/projects/0");
            if (state.get("last_seq").asLong() != last) {
                deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
            } else if (System.nanoTime() > deadline) {
                throw new IOException("nothing is recorded any more: " + state);
            }
            last = state.get("last_seq").asLong();
        } while (last < wanted && (state.get("state").asText().equals("EXECUTING") || state.has("queue")));
        if (state.get("state").asText().equals("ERROR") || wanted < Long.MAX_VALUE && last < wanted) {
            throw new IOException("the runs ended early: " + state);
        }
        return last;
    }

    private void awaitClients() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
        long before = -1;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            TimeUnit.MILLISECONDS.sleep(50);
            long sum = clients.stream().mapToLong(ReplayClient::lastSeq).sum();
            if (sum > before) {
                before = sum;
                deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
            } else if (System.nanoTime() > deadline) {
                System.out.println("clients are shown nothing any more");
                threads.forEach(Thread::interrupt);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        }
    }

    private boolean report(long last) {
        System.out.printf(
                "rejoins              %d; connections lost %d%n", sum(ReplayClient::rejoins), sum(ReplayClient::lost));
        System.out.printf("gaps, doubles        %d, %d%n", sum(ReplayClient::gaps), sum(ReplayClient::doubles));
        long whole = clients.stream()
                .filter(client ->
                        client.wrong().isEmpty() && client.gaps() + client.doubles() == 0 && client.lastSeq() == last)
                .count();
        long complete = clients.stream()
                .filter(client -> client.lines() == records / RUNS * RUNS)
                .count();
        long versions =
                clients.stream().mapToLong(ReplayClient::shown).distinct().count();
        System.out.printf("shown 1 … N          %d of %d clients%n", whole, clients.size());
        System.out.printf("every line of agents %d of %d clients%n", complete, clients.size());
        System.out.printf("different contents   %d%n", versions - 1);
        for (ReplayClient client : clients) {
            client.wrong().forEach(line -> System.out.println("  " + line));
        }
        return whole == clients.size() && complete == clients.size() && versions == 1;
    }

    private int sum(ToIntFunction<ReplayClient> figure) {
        return clients.stream().mapToInt(figure).sum();
    }
}
