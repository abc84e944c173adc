package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One agent writes, many connections of a running server read; prints what was delivered, how fast, how late, what was lost or out of
 * order, and what it cost the server. Start the server with {@code --demo}; its agent is what writes. Usage:
 * {@code Load <data dir> [name=value …]}, see {@link #OPTIONS}; it exits with 1 if something is not as promised.
 */
public final class Load {
    /** What can be asked for, and what is done otherwise. */
    private static final Map<String, Integer> OPTIONS = Map.of(
            "subscribers", 100, // connections that read as fast as they can
            "lines", 10_000, // of the agent, in each round
            "bytes", 500, // of a line
            "rate", 0, // lines per second, 1000 at most; 0 for as fast as can be
            "sleepers", 0, // more connections, which never read until they should have been closed, and then come back
            "asleep", 35, // seconds after the rounds until that is so: more than "timeouts.write.seconds"
            "slow", 0, // more connections, which read "slow.rate" lines per second
            "slow.rate", 1000,
            "churn", 0, // connections per second that come, join, and go
            "rounds", 3);

    private static final int CODE_SLOW = 1013;
    private static final long PATIENCE_SECONDS = 600;

    private final RawSocket.Address server;
    private final Map<String, Integer> options;
    private final CountingClient.Delays delays = new CountingClient.Delays();
    private final List<CountingClient> fast = new ArrayList<>();
    private final List<CountingClient> slow = new ArrayList<>();
    private final List<CountingClient> sleepers = new ArrayList<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicLong churned = new AtomicLong();

    private String project = "";

    private Load(Path dataDir, Map<String, Integer> options) throws IOException {
        this.server = RawSocket.Address.of(dataDir);
        this.options = options;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Integer> options = new HashMap<>(OPTIONS);
        for (int i = 1; i < arguments.length; i++) {
            String[] option = arguments[i].split("=", 2);
            if (option.length != 2 || options.replace(option[0], Integer.parseInt(option[1])) == null) {
                usage();
            }
        }
        if (arguments.length < 1) {
            usage();
        }
        Load load = new Load(Path.of(arguments[0]), options);
        load.run();
        load.broken.forEach(what -> System.out.println("NOT as promised: " + what));
        System.out.println(load.broken.isEmpty() ? "as promised" : "");
        System.exit(load.broken.isEmpty() ? 0 : 1);
    }

    private static void usage() {
        System.err.println("usage: Load <data dir> [name=number …]; names and what is taken otherwise: " + OPTIONS);
        System.exit(64);
    }

    private int option(String name) {
        return options.get(name);
    }

    private void run() throws Exception {
        Path directory = Files.createTempDirectory("switchboard-load");
        try {
            for (int i = 0; i < option("subscribers"); i++) {
                fast.add(new CountingClient(server, 0, option("rate") > 0 ? delays : null));
            }
            RawSocket admin = RawSocket.connect(server);
            project = admin.create(directory.toString());
            admin.close(); // nobody answers its pings
            for (CountingClient client : fast) {
                client.join(project);
            }
            try (CountingCrowd reader = new CountingCrowd(fast)) {
                double alone = rounds();
                if (option("sleepers") + option("slow") > 0) {
                    beside(alone);
                }
            }
            if (option("rate") > 0) {
                delays.print();
            }
            memory();
        } finally {
            if (!project.isEmpty()) {
                RawSocket admin = RawSocket.connect(server);
                admin.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
                admin.until("project_deleted");
                admin.close();
            }
            for (CountingClient client : fast) {
                client.close();
            }
            for (CountingClient client : slow) {
                client.close();
            }
            for (CountingClient client : sleepers) {
                client.close();
            }
            Files.delete(directory);
        }
    }

    /** The median of the rounds' deliveries per second. */
    private double rounds() throws Exception {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < option("rounds"); i++) {
            rates.add(round());
        }
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    /** The rounds once more, beside some who do not read, or do so slowly. */
    private void beside(double alone) throws Exception {
        for (int i = 0; i < option("sleepers"); i++) {
            sleepers.add(new CountingClient(server, 0, null));
        }
        for (int i = 0; i < option("slow"); i++) {
            slow.add(new CountingClient(server, option("slow.rate"), null));
        }
        for (CountingClient client : sleepers) {
            client.join(project);
        }
        for (CountingClient client : slow) {
            client.join(project);
            client.read();
        }
        System.out.printf("beside %d that never read and %d that read slowly%n", sleepers.size(), slow.size());
        double besides = rounds();
        System.out.printf("%.1f %% of the deliveries a second of the rounds without them%n", 100 * besides / alone);
        expect(besides >= 0.95 * alone, "the others are slowed down");
        long lines = (long) option("lines") * option("rounds");
        TimeUnit.SECONDS.sleep(sleepers.isEmpty() ? 0 : option("asleep"));
        for (CountingClient client : sleepers) {
            int code = client.readToClose();
            // Who does not take the close either is cut off one write time-out later.
            expect(
                    code == CODE_SLOW || code == CountingClient.CUT_OFF,
                    "one that does not read is closed with " + code);
            client.comeBack(project);
        }
        await("who comes back gets all", sleepers, lines);
        await("who reads slowly gets all", slow, lines);
    }

    private void await(String what, List<CountingClient> clients, long lines) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (CountingClient client : clients) {
            while (client.delivered() < lines && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            expect(client.delivered() == lines, what + ": " + client.delivered() + " of " + lines + " lines came");
            expect(client.disorder() == 0, what + ": " + client.disorder() + " records out of order");
        }
    }

    private void expect(boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }

    private double round() throws Exception {
        fast.forEach(CountingClient::again);
        String text = option("rate") > 0
                ? "[[clock lines=" + option("lines") + " every=" + Math.max(1, 1000 / option("rate")) + "ms]]"
                : "[[flood lines=" + option("lines") + " bytes=" + option("bytes") + "]]";
        Duration before = server.cpu();
        long start = System.nanoTime();
        long deadline = start + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Thread churn = churn();
        fast.get(0).execute(project, text);
        long end = start;
        for (CountingClient client : fast) {
            expect(client.awaitEnd(deadline), "the end of a round was not seen in time");
            end = Math.max(end, client.endedAt());
        }
        double cpu = server.cpu().minus(before).toMillis() / 1e3;
        churn.interrupt();
        churn.join();
        return report((end - start) / 1e9, cpu);
    }

    private double report(double seconds, double cpu) {
        long expected = (long) option("lines") * fast.size();
        long delivered = fast.stream().mapToLong(CountingClient::delivered).sum();
        long disorder = fast.stream().mapToLong(CountingClient::disorder).sum();
        expect(delivered == expected, delivered + " of " + expected + " lines came");
        expect(disorder == 0, disorder + " records out of order");
        System.out.printf(
                "%d of %d delivered in %.2f s, %.0f a second; server CPU %.2f s, %.2f for a million; %d came and went%n",
                delivered, expected, seconds, delivered / seconds, cpu, cpu * 1e6 / delivered, churned.getAndSet(0));
        return delivered / seconds;
    }

    /** Connections that come and go until the thread is interrupted. */
    private Thread churn() {
        Thread thread = new Thread(
                () -> {
                    long gap = option("churn") == 0 ? 0 : 1_000_000_000L / option("churn");
                    while (gap > 0 && !Thread.currentThread().isInterrupted()) {
                        LockSupport.parkNanos(gap);
                        try (RawSocket socket = RawSocket.connect(server)) {
                            socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
                            socket.until("project_joined");
                            churned.incrementAndGet();
                        } catch (IOException e) {
                            expect(false, "a connection that comes and goes: " + e);
                            return;
                        }
                    }
                },
                "churn");
        thread.start();
        return thread;
    }

    private void memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"))) {
            if (line.startsWith("VmRSS") || line.startsWith("VmHWM")) {
                System.out.println("resident memory, " + (line.startsWith("VmRSS") ? "now " : "most") + " "
                        + Long.parseLong(line.replaceAll("\\D+", "")) / 1024 + " MB");
            }
        }
    }
}
