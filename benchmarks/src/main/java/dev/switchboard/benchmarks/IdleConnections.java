package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Opens many connections to a running server that join a project and then do nothing, and prints what they cost; then connects, asks
 * and closes again and again, and prints what is left of that. Linux. Start the server with {@code SWITCHBOARD_LIMITS_CONNECTIONS} and
 * {@code …_PER_IP} above the number of connections, {@code SWITCHBOARD_LIMITS_CONNECTS_PER_MINUTE_PER_IP=0}, and a short
 * {@code SWITCHBOARD_TIMEOUTS_PING_SECONDS} to see heartbeats. Usage:
 * {@code IdleConnections <data dir> [connections, 5000] [seconds, 120] [cycles, 10000]}.
 */
public final class IdleConnections {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SETTLE_SECONDS = 20;
    private static final int WARM_UP = 500;

    private final RawSocket.Address server;

    private IdleConnections(Path dataDir) throws IOException {
        this.server = RawSocket.Address.of(dataDir);
    }

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: IdleConnections <data dir> [connections, 5000] [seconds, 120] [cycles, 10000]");
            System.exit(64);
        }
        int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5000;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 120;
        int cycles = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10_000;
        IdleConnections program = new IdleConnections(Path.of(arguments[0]));
        Path directory = Files.createTempDirectory("switchboard-idle");
        String project;
        try (RawSocket socket = RawSocket.connect(program.server)) {
            project = socket.create(directory.toString());
        }
        try {
            program.idle(project, connections, seconds);
            program.cycles(project, cycles);
        } finally {
            try (RawSocket socket = RawSocket.connect(program.server)) {
                socket.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
                socket.until("project_deleted");
            }
            Files.delete(directory);
        }
    }

    private void idle(String project, int connections, int seconds) throws Exception {
        cycle(project, WARM_UP);
        settle();
        long before = resident();
        long descriptors = descriptors();
        try (IdleCrowd crowd = new IdleCrowd(server, project)) {
            crowd.open(connections);
            settle();
            Duration cpu = server.cpu();
            long after = resident();
            TimeUnit.SECONDS.sleep(seconds);
            double share = server.cpu().minus(cpu).toMillis() / 10.0 / seconds;
            System.out.printf("idle connections, joined         %d%n", crowd.joined());
            System.out.printf(
                    "resident memory                  %d MB before, %d MB after, %.1f KB a connection%n",
                    before >> 10, after >> 10, (after - before) / (double) connections);
            System.out.printf("server CPU                       %.2f %% of one processor over %d s%n", share, seconds);
            System.out.printf("pings answered                   %d%n", crowd.pings());
            System.out.printf("connections that were closed     %d%n", crowd.lost());
        }
        settle();
        System.out.printf("descriptors                      %d before, %d afterwards%n", descriptors, descriptors());
    }

    private void cycles(String project, int cycles) throws Exception {
        long before = descriptors();
        long threads = threads();
        long memory = resident();
        long start = System.nanoTime();
        cycle(project, cycles);
        double seconds = Times.millisSince(start) / 1e3;
        settle();
        System.out.printf("connect, request, close          %d times, %.0f a second%n", cycles, cycles / seconds);
        System.out.printf("descriptors                      %d before, %d afterwards%n", before, descriptors());
        System.out.printf("threads                          %d before, %d afterwards%n", threads, threads());
        System.out.printf(
                "resident memory                  %d MB before, %d MB afterwards%n", memory >> 10, resident() >> 10);
    }

    private void cycle(String project, int cycles) throws IOException {
        for (int i = 0; i < cycles; i++) {
            try (RawSocket socket = RawSocket.connect(server)) {
                socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
                socket.until("project_joined");
            }
        }
    }

    private static void settle() throws InterruptedException {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return open.count();
        }
    }

    /** In KB. */
    private long resident() throws IOException {
        return status("VmRSS:");
    }

    private long threads() throws IOException {
        return status("Threads:");
    }

    private long status(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"));
        String line =
                lines.stream().filter(one -> one.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D+", ""));
    }
}
