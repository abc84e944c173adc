package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes turn after turn in one conversation of a running server and prints what a turn costs in time, and how much of that is
 * the agent's own. Start the server with {@code --demo} and {@code SWITCHBOARD_LIMITS_EXECUTIONS_PER_MINUTE=0}. Usage:
 * {@code Turns <data dir> <agent program> [turns]}, where the program is the mock that the server uses.
 */
public final class Turns {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;
    private static final int WARM_UP = 30;
    private static final int LINES = 200;

    private Turns() {}

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: Turns <data dir> <agent program> [turns, 300]");
            System.exit(64);
        }
        int turns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
        Path directory = Files.createTempDirectory("switchboard-turns");
        try {
            List<Double> alone = alone(Path.of(arguments[1]), directory, turns);
            print("the agent alone, prompt to end of turn", alone);
            try (Client client = Client.connect(Path.of(arguments[0]))) {
                String project = client.create(directory.toString());
                try {
                    measure(client, project, turns, alone);
                } finally {
                    client.send("project_delete", project, "{}");
                    client.until("project_deleted");
                }
            }
        } finally {
            Files.delete(directory);
        }
    }

    private static void measure(Client client, String project, int turns, List<Double> alone) throws Exception {
        client.send("project_join", project, "{}");
        client.until("project_joined");
        List<Double> shown = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (int i = -WARM_UP; i < turns; i++) {
            long start = System.nanoTime();
            client.execute(project, "hello");
            client.until("project_state");
            double executing = millisSince(start);
            client.until("agent_message");
            double begun = millisSince(start);
            while (client.until("project_state")
                    .path("data")
                    .path("state")
                    .asText()
                    .equals("EXECUTING")) {
                // the end is the state that is not
            }
            double over = millisSince(start);
            if (i == -WARM_UP) {
                System.out.printf("first turn, with the start of the agent: %.1f ms%n", over);
            } else if (i >= 0) {
                shown.add(executing);
                first.add(begun);
                whole.add(over);
            }
        }
        print("execute to EXECUTING", shown);
        print("execute to the agent's first line", first);
        print("execute to IDLE", whole);
        System.out.printf(
                "a warm turn beyond the agent's own time: %.1f ms (medians)%n", at(whole, 0.5) - at(alone, 0.5));
        lines(client, project);
    }

    /** How long a line takes from the agent's clock to the client; to a millisecond, for that is what the agent tells. */
    private static void lines(Client client, String project) throws Exception {
        client.execute(project, "[[slow lines=" + LINES + " every=10ms]]");
        List<Double> taken = new ArrayList<>();
        while (taken.size() < LINES) {
            JsonNode frame = client.until("agent_message");
            long now = System.currentTimeMillis();
            String written = frame.path("data").path("timestamp").asText();
            if (frame.path("data").path("type").asText().equals("assistant") && !written.isEmpty()) {
                taken.add((double) (now - Instant.parse(written).toEpochMilli()));
            }
        }
        print("a line, from the agent to the client", taken);
    }

    private static List<Double> alone(Path agent, Path directory, int turns) throws IOException {
        Process process = new ProcessBuilder(
                        agent.toString(),
                        "-p",
                        "--input-format",
                        "stream-json",
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "--permission-prompt-tool",
                        "stdio",
                        "--session-id=" + UUID.randomUUID())
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                OutputStream in = process.getOutputStream()) {
            List<Double> times = new ArrayList<>();
            for (int i = -WARM_UP; i < turns; i++) {
                long start = System.nanoTime();
                in.write("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"hello\"}}\n"
                        .getBytes(StandardCharsets.UTF_8));
                in.flush();
                String line = out.readLine();
                while (line != null && !line.contains("\"type\":\"result\"")) {
                    line = out.readLine();
                }
                if (line == null) {
                    throw new IOException("the agent ended");
                }
                if (i >= 0) {
                    times.add(millisSince(start));
                }
            }
            return times;
        } finally {
            process.destroy();
        }
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static void print(String what, List<Double> times) {
        System.out.printf(
                "%-40s median %.1f ms, p90 %.1f, p99 %.1f (%d)%n",
                what, at(times, 0.5), at(times, 0.9), at(times, 0.99), times.size());
    }

    private static double at(List<Double> times, double share) {
        List<Double> sorted = times.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
    }

    /** A client that reads every frame. */
    private static final class Client implements WebSocket.Listener, AutoCloseable {
        private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private WebSocket socket;

        static Client connect(Path dataDir) throws Exception {
            JsonNode instance = JSON.readTree(dataDir.resolve("instance.json").toFile());
            String token = Files.readString(dataDir.resolve("initial-token")).strip();
            Client client = new Client();
            client.socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .buildAsync(
                            URI.create("ws://localhost:" + instance.get("port").asInt() + "/ws"), client)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return client;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    frames.add(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        String create(String path) throws Exception {
            send("project_create", "", "{\"path\":\"" + path + "\"}");
            return until("project_state").path("data").path("id").asText();
        }

        void execute(String project, String prompt) throws Exception {
            send("execute", project, "{\"prompt\":\"" + prompt + "\"}");
        }

        void send(String type, String project, String data) throws Exception {
            String about = project.isEmpty() ? "" : ",\"project_id\":\"" + project + "\"";
            socket.sendText("{\"type\":\"" + type + "\"" + about + ",\"data\":" + data + "}", true)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        JsonNode until(String type) throws Exception {
            while (true) {
                JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (frame == null) {
                    throw new IOException("no " + type + " came");
                }
                if (frame.path("type").asText().equals("error")) {
                    throw new IOException(frame.toString());
                }
                if (frame.path("type").asText().equals(type)) {
                    return frame;
                }
            }
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
