package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.benchmarks.ServerProbe.Holdings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A long time of everything at once against a running server: agents that write much or little, are killed and run out of time, readers
 * that come and go and miss nothing, some that leave what comes unread for a while. Every reader must be shown each record once and in order, and
 * when all have gone the server must have no more descriptors, threads and heap than after the first fifth. Linux, as the server's user or root.
 * Start the server with {@code --demo} and the limits of executions and requests off. Usage:
 * {@code Soak <data dir> [seconds, 1200] [seed, 1]}. Exits with 1 if anything is not as promised.
 */
public final class Soak {
    private static final int PROJECTS = 4;
    private static final int READERS = 5;
    private static final int NAPPERS = 1;
    private static final int LONGEST_NAP_MILLIS = 5_000;
    private static final long LONGEST_VISIT = 5_000;
    /** The share of the time that comes first, so that what the server makes once is there. */
    private static final int WARM_UP_SHARE = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path dataDir;
    private final RawSocket.Address address;
    private final ServerProbe server;
    private final FuzzFindings findings = new FuzzFindings();
    private long records;
    private long deliveries;
    private int rejoins;

    private Soak(Path dataDir) throws IOException {
        this.dataDir = dataDir;
        this.address = RawSocket.Address.of(dataDir);
        this.server = new ServerProbe(dataDir);
    }

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: Soak <data dir> [seconds, 1200] [seed, 1]");
            System.exit(64);
        }
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1200;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        System.exit(run(Path.of(arguments[0]), seconds, seed).isEmpty() ? 0 : 1);
    }

    /**
     * Runs it against a server.
     *
     * @return what was not as promised, the first of it at least; empty if all was
     */
    public static List<String> run(Path dataDir, int seconds, long seed) throws Exception {
        System.out.printf("%d projects, %d readers each, %d s, seed %d%n", PROJECTS, READERS + NAPPERS, seconds, seed);
        return new Soak(dataDir).run(seconds, seed);
    }

    private List<String> run(int seconds, long seed) throws Exception {
        long logged = server.logged();
        SplittableRandom random = new SplittableRandom(seed);
        round(Math.max(1, seconds / WARM_UP_SHARE), random);
        Holdings before = server.holdings();
        Duration cpu = server.cpu();
        System.out.println("after the first fifth: " + before);
        round(seconds - seconds / WARM_UP_SHARE, random);
        double cpuSeconds = server.cpu().minus(cpu).toMillis() / 1e3;
        Holdings after = server.awaitNoMoreThan(before, PATIENCE);
        System.out.println("at the end:            " + after);
        if (!after.excess(before).isEmpty()) {
            findings.broken("the server was left with " + after.excess(before));
        }
        server.troubleSince(logged).forEach(line -> findings.broken("in the log: " + line));
        System.out.printf(
                "%d records, shown %d times; %d times somebody came back; server CPU %.1f s%n",
                records, deliveries, rejoins, cpuSeconds);
        findings.broken().forEach(System.out::println);
        System.out.println(findings.broken().isEmpty() ? "as promised" : "NOT as promised");
        return findings.broken();
    }

    private void round(int seconds, SplittableRandom random) throws Exception {
        Path base = Files.createTempDirectory("switchboard-soak").toRealPath();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<SoakDriver> drivers = new ArrayList<>();
        List<ReplayClient> readers = new ArrayList<>();
        List<Thread> driving = new ArrayList<>();
        List<Thread> reading = new ArrayList<>();
        try {
            for (int i = 0; i < PROJECTS; i++) {
                String directory =
                        Files.createDirectories(base.resolve("p" + i)).toString();
                SoakDriver driver = new SoakDriver(address, directory, random.split(), deadline, findings);
                drivers.add(driver);
                driving.add(new Thread(driver, "soak-driver-" + i));
                for (int k = 0; k < READERS + NAPPERS; k++) {
                    int nap = k < READERS ? 0 : LONGEST_NAP_MILLIS;
                    ReplayClient reader = new ReplayClient(
                            () -> Optional.of(address), driver.project(), LONGEST_VISIT, nap, random.split());
                    readers.add(reader);
                    reading.add(new Thread(reader, "soak-reader-" + i + "-" + k));
                }
            }
            reading.forEach(Thread::start);
            driving.forEach(Thread::start);
            for (Thread thread : driving) {
                thread.join();
            }
            end(drivers, readers, reading);
            for (SoakDriver driver : drivers) {
                System.out.println("runs: " + driver.deeds());
                driver.close();
            }
        } finally {
            reading.forEach(Thread::interrupt);
            delete(base);
        }
    }

    /** Waits until all readers have what there is. */
    private void end(List<SoakDriver> drivers, List<ReplayClient> readers, List<Thread> reading) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < drivers.size(); i++) {
            long last = lastSeq(drivers.get(i).project());
            records += last;
            for (int k = i * (READERS + NAPPERS); k < (i + 1) * (READERS + NAPPERS); k++) {
                ReplayClient reader = readers.get(k);
                reader.endAt(last);
                reading.get(k).join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                reading.get(k).interrupt();
                reading.get(k).join();
                check(reader, last);
            }
        }
    }

    private void check(ReplayClient reader, long last) {
        deliveries += reader.lastSeq();
        rejoins += reader.rejoins();
        if (reader.lastSeq() != last || reader.gaps() > 0 || reader.doubles() > 0) {
            findings.broken("a reader was shown " + reader.lastSeq() + " of " + last + " records, with " + reader.gaps()
                    + " gaps and " + reader.doubles() + " doubles");
        }
        reader.wrong().forEach(findings::broken);
    }

    private long lastSeq(String project) throws Exception {
        try (FrameClient client = FrameClient.connect(dataDir)) {
            client.send("project_list", "");
            for (JsonNode one : client.until("project_list").at("/data/projects")) {
                if (one.get("id").asText().equals(project)) {
                    return one.get("last_seq").asLong();
                }
            }
        }
        throw new IOException("project " + project + " is gone");
    }

    private static void delete(Path base) throws IOException {
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
