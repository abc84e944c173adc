package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has agents of a running server start processes that do not want to end (sessions of their own, double forks, SIGTERM ignored,
 * forks in a loop), stops them at random moments by kill, timeout or interrupt, and prints how long that took, whether the runs
 * ended as they should, and what survived. Linux, as the server's user or root. Start the server with {@code --demo}. Usage:
 * {@code HostileKill <data dir> [runs, 500] [at once, 4] [seed, 1]}. Exits with 1 if anything is not as promised.
 */
public final class HostileKill {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LATEST_STOP_MILLIS = 1_500;
    private static final String STORM = "[[storm forks=300 every=20ms life=3s hops=5000 hop=5ms]]";
    private static final List<String> COOPERATIVE = List.of(
            "[[slow lines=600 every=100ms]]", "[[stream words=3000 every=20ms]]", "[[hang]]", "[[bash sleep=60s]]");
    private static final List<String> HOSTILE = List.of(
            "[[tree depth=2 width=2 life=60s]] [[hang deaf]]",
            STORM + " [[hang]]",
            "[[deaf]] [[tree depth=1 width=3 life=60s]] " + STORM + " [[hang]]",
            STORM + " [[tree depth=3 width=2 life=60s]] [[stream words=3000 every=20ms]]");

    private enum Stop {
        KILL,
        TIMEOUT,
        INTERRUPT
    }

    private final Path dataDir;
    private final Path base;
    private final Survivors survivors;
    private final StopTimes times = new StopTimes();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicInteger atOnce = new AtomicInteger();

    private HostileKill(Path dataDir, Path base) {
        this.dataDir = dataDir;
        this.base = base;
        this.survivors = new Survivors(base);
    }

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: HostileKill <data dir> [runs, 500] [at once, 4] [seed, 1]");
            System.exit(64);
        }
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        int lanes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : 1;
        Path base = Files.createTempDirectory("switchboard-hostile").toRealPath();
        HostileKill program = new HostileKill(Path.of(arguments[0]), base);
        boolean good;
        try {
            System.out.printf(
                    "%d runs, %d at once, seed %d, isolation %s, %d processors%n",
                    runs, lanes, seed, program.isolation(), Runtime.getRuntime().availableProcessors());
            program.runAll(runs, lanes, seed);
            good = program.report();
        } finally {
            program.survivors.close();
            try (var files = Files.walk(base)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    private String isolation() throws Exception {
        try (FrameClient client = FrameClient.connect(dataDir)) {
            client.send("health", "");
            return client.until("health_status")
                    .at("/data/checks/custody/isolation")
                    .asText("unknown");
        }
    }

    private void runAll(int runs, int lanes, long seed) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(lanes);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int lane = 0; lane < lanes; lane++) {
                all.add(pool.submit(() -> {
                    try (FrameClient client = FrameClient.connect(dataDir)) {
                        for (int run = next.getAndIncrement(); run < runs; run = next.getAndIncrement()) {
                            runOne(client, run, new SplittableRandom(seed * 1_000_003 + run));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> lane : all) {
                lane.get();
            }
        } finally {
            pool.shutdownNow();
        }
        // The last ones are looked for a while later, too.
        TimeUnit.SECONDS.sleep(Survivors.GRACE_AFTER_DELETE.toSeconds() + 2);
    }

    private void runOne(FrameClient client, int run, SplittableRandom random) throws Exception {
        Path directory = Files.createDirectory(base.resolve("run-" + run));
        client.send("project_create", "", JSON.createObjectNode().put("path", directory.toString()));
        String project = client.until("project_state").at("/data/id").asText();
        client.send("project_join", project);
        client.until("project_joined");
        boolean hostile = random.nextInt(4) > 0;
        List<String> prompts = hostile ? HOSTILE : COOPERATIVE;
        String prompt = prompts.get(random.nextInt(prompts.size()));
        Stop stop = Stop.values()[run % Stop.values().length];
        String outcome = stop(client, project, prompt, stop, random, hostile);
        if (stop != Stop.INTERRUPT) { // which keeps the process, and with it what it started
            if (survivors.in(directory) > 0) {
                atOnce.incrementAndGet();
            }
            survivors.watch(directory, Survivors.GRACE);
        }
        if (!outcome.isEmpty()) {
            synchronized (wrong) {
                wrong.add("run " + run + ", " + stop + " of " + prompt + ": " + outcome);
            }
        }
        client.send("project_delete", project);
        client.until("project_deleted");
        if (stop == Stop.INTERRUPT) {
            survivors.watch(directory, Survivors.GRACE_AFTER_DELETE);
        }
    }

    /** Runs it and stops it; empty if it ends as it should, else what it did. */
    private String stop(
            FrameClient client, String project, String prompt, Stop stop, SplittableRandom random, boolean hostile)
            throws Exception {
        long delay = 50 + random.nextInt((int) LATEST_STOP_MILLIS);
        ObjectNode request = JSON.createObjectNode().put("prompt", prompt);
        if (stop == Stop.TIMEOUT) {
            request.putObject("options").put("timeout_ms", delay);
        }
        client.send("execute", project, request);
        client.until(frame -> state(frame).equals("EXECUTING"));
        long start = System.nanoTime();
        if (stop != Stop.TIMEOUT) {
            TimeUnit.MILLISECONDS.sleep(delay);
            start = System.nanoTime();
            client.send(stop == Stop.KILL ? "agent_kill" : "agent_interrupt", project);
        }
        String error = "";
        JsonNode frame;
        do {
            frame = client.next();
            if (frame.path("type").asText().equals("error")) {
                error = frame.at("/data/code").asText();
            }
        } while (state(frame).isEmpty() || state(frame).equals("EXECUTING"));
        double millis = (System.nanoTime() - start) / 1e6 - (stop == Stop.TIMEOUT ? delay : 0);
        times.add((hostile ? "hostile, " : "cooperative, ") + stop.name().toLowerCase(java.util.Locale.ROOT), millis);
        times.add(hostile ? "hostile" : "cooperative", millis);
        String ended = (state(frame) + " " + error).strip();
        return ended.equals(stop == Stop.TIMEOUT ? "ERROR EXECUTION_TIMEOUT" : "IDLE") ? "" : ended;
    }

    private static String state(JsonNode frame) {
        return frame.path("type").asText().equals("project_state")
                ? frame.at("/data/state").asText()
                : "";
    }

    private boolean report() {
        times.print();
        System.out.printf("runs that did not end as they should: %d%n", wrong.size());
        wrong.forEach(line -> System.out.println("  " + line));
        System.out.printf("runs of which processes were seen right after their kill or timeout: %d%n", atOnce.get());
        System.out.printf(
                "runs of which processes were seen later than %d s: %d%n",
                Survivors.GRACE.toSeconds(), survivors.found());
        boolean quick = times.at("cooperative", 0.99) < 3_000 && times.at("hostile", 0.99) < 8_000;
        boolean good = wrong.isEmpty() && survivors.found() == 0 && quick;
        System.out.println(good ? "as promised" : "NOT as promised");
        return good;
    }
}
