package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at a running server from outside: what it has open, and what it logs. Linux, as the server's user or root, with a JDK. */
final class ServerProbe {
    private static final Pattern THREAD = Pattern.compile("^\"(switchboard-[a-z-]+?)-?\\d*\"", Pattern.MULTILINE);
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);
    private static final Pattern TROUBLE = Pattern.compile("\\bERROR\\b|Exception|\\bincident\\b|^\\s+at ");

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Pools have as many threads as they have needed of late; this is the most that each may have. */
    private static final Map<String, Integer> POOLS = Map.of(
            "switchboard-websocket", 64,
            "switchboard-gateway", 8,
            "switchboard-execution", Math.max(4, 2 * PROCESSORS),
            "switchboard-claude", Math.max(2, PROCESSORS),
            "switchboard-health", 32); // one for each check

    private final RawSocket.Address server;
    private final Path log;

    /**
     * What it has.
     *
     * @param descriptors that are open
     * @param threads of the server's own, by name without numbers
     * @param heapBytes that are in use after a collection
     */
    record Holdings(long descriptors, Map<String, Integer> threads, long heapBytes) {
        /** What there is more of than before, for people; empty if nothing is. */
        String excess(Holdings before) {
            List<String> more = new ArrayList<>();
            if (descriptors > before.descriptors) {
                more.add(descriptors - before.descriptors + " descriptors more");
            }
            threads.forEach((name, count) -> {
                int allowed = POOLS.getOrDefault(name, before.threads.getOrDefault(name, 0));
                if (count > allowed) {
                    more.add(count + " threads " + name + " in place of " + allowed);
                }
            });
            if (heapBytes > before.heapBytes * 1.1) {
                more.add("a heap of " + heapBytes + " bytes in place of " + before.heapBytes);
            }
            return String.join(", ", more);
        }

        @Override
        public String toString() {
            return String.format(
                    "%d descriptors, %d threads, heap %.1f MB",
                    descriptors,
                    threads.values().stream().mapToInt(Integer::intValue).sum(),
                    heapBytes / 1e6);
        }
    }

    ServerProbe(Path dataDir) throws IOException {
        server = RawSocket.Address.of(dataDir);
        log = dataDir.resolve("log/switchboard.log");
    }

    Holdings holdings() throws IOException, InterruptedException {
        Matcher heap = TOTAL.matcher(jcmd("GC.class_histogram"));
        if (!heap.find()) {
            throw new IOException("jcmd tells no total");
        }
        Map<String, Integer> threads = new TreeMap<>();
        Matcher thread = THREAD.matcher(jcmd("Thread.print"));
        while (thread.find()) {
            threads.merge(thread.group(1), 1, Integer::sum);
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return new Holdings(open.count(), threads, Long.parseLong(heap.group(1)));
        }
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(server.pid()), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd " + command + ": " + text);
        }
        return text;
    }

    /** Waits until it has no more than before, for some seconds at most; what it has then. */
    Holdings awaitNoMoreThan(Holdings before, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Holdings now = holdings();
        while (!now.excess(before).isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
            now = holdings();
        }
        return now;
    }

    Duration cpu() {
        return server.cpu();
    }

    /** How long the log is now. */
    long logged() throws IOException {
        return Files.exists(log) ? Files.size(log) : 0;
    }

    /** The lines of the log from a place on that tell of errors and exceptions. */
    List<String> troubleSince(long place) throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(place, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> TROUBLE.matcher(line).find())
                .toList();
    }
}
