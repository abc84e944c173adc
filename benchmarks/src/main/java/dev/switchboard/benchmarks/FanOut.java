package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends a flood to many subscribers of a running server and prints what was delivered, how fast, and what it cost the server. Start
 * the server with {@code --demo}; its agent is what floods. Usage:
 * {@code FanOut <data dir> [subscribers] [lines] [bytes per line]}.
 */
public final class FanOut {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 300;

    private FanOut() {}

    /** Runs it once. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 1) {
            System.err.println("usage: FanOut <data dir> [subscribers, 10] [lines, 10000] [bytes per line, 500]");
            System.exit(64);
        }
        Path dataDir = Path.of(arguments[0]);
        int subscribers = argument(arguments, 1, 10);
        int lines = argument(arguments, 2, 10_000);
        int bytes = argument(arguments, 3, 500);
        JsonNode instance = JSON.readTree(dataDir.resolve("instance.json").toFile());
        String token = Files.readString(dataDir.resolve("initial-token")).strip();
        int port = instance.get("port").asInt();
        ProcessHandle server = ProcessHandle.of(instance.get("pid").asLong()).orElseThrow();

        Path directory = Files.createTempDirectory("switchboard-fan-out");
        List<CountingClient> clients = new ArrayList<>();
        String project = "";
        try {
            CountingClient first = CountingClient.connect(port, token);
            clients.add(first);
            project = first.create(directory.toString());
            for (int i = 1; i < subscribers; i++) {
                clients.add(CountingClient.connect(port, token));
            }
            for (CountingClient client : clients) {
                client.join(project);
            }
            Duration before = server.info().totalCpuDuration().orElse(Duration.ZERO);
            long start = System.nanoTime();
            first.execute(project, "[[flood lines=" + lines + " bytes=" + bytes + "]]");
            for (CountingClient client : clients) {
                client.awaitIdle(start + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpu = server.info()
                            .totalCpuDuration()
                            .orElse(Duration.ZERO)
                            .minus(before)
                            .toMillis()
                    / 1e3;
            report(clients, (long) lines * subscribers, seconds, cpu);
        } finally {
            if (!project.isEmpty()) {
                clients.get(0).delete(project);
            }
            for (CountingClient client : clients) {
                client.close();
            }
            Files.delete(directory);
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static void report(List<CountingClient> clients, long expected, double seconds, double cpu) {
        long delivered = clients.stream().mapToLong(CountingClient::delivered).sum();
        long disorder = clients.stream().mapToLong(CountingClient::disorder).sum();
        System.out.printf("subscribers          %d%n", clients.size());
        System.out.printf("delivered            %d of %d%n", delivered, expected);
        System.out.printf("out of order         %d%n", disorder);
        System.out.printf("seconds              %.2f%n", seconds);
        System.out.printf("deliveries a second  %.0f%n", delivered / seconds);
        System.out.printf("server CPU seconds   %.2f, %.2f for a million deliveries%n", cpu, cpu * 1e6 / delivered);
    }
}
