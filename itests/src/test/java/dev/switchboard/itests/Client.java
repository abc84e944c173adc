package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A client of the wire protocol. It reads as fast as frames come and keeps them in order; {@code server_stats} and
 * {@code connection_health}, which come when they will, are kept apart. A frame that is not as {@link StrictFrames} wants it
 * fails the test.
 */
final class Client implements AutoCloseable {
    /** Lines of an agent may be longer than what Jackson takes for sane. */
    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_MILLIS = 100;

    /** The connection is no more, and all that came was read. */
    static final class Gone extends AssertionError {
        private static final long serialVersionUID = 1;

        private Gone(String message) {
            super(message);
        }
    }

    private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonNode> asides = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final Traffic sent = new Traffic();
    private final Traffic received = new Traffic();
    private volatile String violation = "";
    private WebSocket socket;

    private Client() {}

    /** What was sent or received: messages, their bytes, and those of the heads that a server's frames of that size have. */
    static final class Traffic {
        private long messages;
        private long bytes;
        private long heads;

        private synchronized void add(String message) {
            int size = message.getBytes(StandardCharsets.UTF_8).length;
            messages++;
            bytes += size;
            heads += size < 126 ? 2 : size < 1 << 16 ? 4 : 10;
        }

        synchronized long messages() {
            return messages;
        }

        synchronized long bytes() {
            return bytes;
        }

        synchronized long bytesWithHeads() {
            return bytes + heads;
        }
    }

    /** Connects with a token. */
    static Client connect(URI server, String token) throws Exception {
        Client client = new Client();
        client.open(
                server, HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", "Bearer " + token));
        return client;
    }

    /** Connects without one. */
    static Client connect(URI server) throws Exception {
        Client client = new Client();
        client.open(server, HttpClient.newHttpClient().newWebSocketBuilder());
        return client;
    }

    private void open(URI server, WebSocket.Builder builder) throws Exception {
        socket = builder.connectTimeout(Duration.ofSeconds(10))
                .buildAsync(server, new Receiver())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private final class Receiver implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String message) {
            received.add(message);
            try {
                JsonNode frame = JSON.readTree(message);
                StrictFrames.violation(frame).ifPresent(this::report);
                String type = frame.path("type").asText();
                boolean aside = type.equals("server_stats") || type.equals("connection_health");
                (aside ? asides : frames).add(frame);
            } catch (JsonProcessingException e) {
                report("not JSON: " + e.getMessage());
            }
        }

        /** Whoever waits for a frame is to learn it at once. */
        private void report(String wrong) {
            violation = violation.isEmpty() ? wrong : violation;
            frames.add(JSON.createObjectNode().put("type", "violation").put("message", wrong));
        }

        @Override
        public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    /** Sends a request about the server. */
    void send(String type, ObjectNode data) throws Exception {
        ObjectNode frame = JSON.createObjectNode().put("type", type);
        frame.set("data", data);
        sendText(frame.toString());
    }

    /** Sends a request about a project. */
    void send(String type, String project, ObjectNode data) throws Exception {
        ObjectNode frame = JSON.createObjectNode().put("type", type).put("project_id", project);
        frame.set("data", data);
        sendText(frame.toString());
    }

    void send(String type, String project) throws Exception {
        send(type, project, data());
    }

    void sendText(String message) throws Exception {
        sent.add(message);
        socket.sendText(message, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static ObjectNode data() {
        return JSON.createObjectNode();
    }

    /** Prompts. */
    void execute(String project, String prompt) throws Exception {
        send("execute", project, data().put("prompt", prompt));
    }

    /** What it has sent by now. */
    Traffic sentTraffic() {
        return sent;
    }

    /** What it has received by now, whether it was read or not. */
    Traffic receivedTraffic() {
        return received;
    }

    /** The next frame, whatever it is. */
    JsonNode next() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        JsonNode frame = null;
        boolean gone = false;
        while (frame == null && !gone && System.nanoTime() < deadline) {
            gone = closed.isDone(); // before the last look: nothing comes behind it
            frame = frames.poll(gone ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        failOnViolation();
        if (frame == null && gone) {
            throw new Gone("the connection is closed: " + closed);
        }
        return frame != null ? frame : fail("no frame came within " + PATIENCE_SECONDS + " s");
    }

    /** What has come by now and was not read yet. */
    List<JsonNode> received() {
        List<JsonNode> all = new ArrayList<>();
        frames.drainTo(all);
        failOnViolation();
        return all;
    }

    /** What has come aside by now and was not read yet. */
    List<JsonNode> receivedAsides() {
        List<JsonNode> all = new ArrayList<>();
        asides.drainTo(all);
        return all;
    }

    /** The next {@code server_stats} or {@code connection_health}. */
    JsonNode nextAside() throws InterruptedException {
        JsonNode frame = asides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return frame != null ? frame : fail("nothing came aside within " + PATIENCE_SECONDS + " s; closed: " + closed);
    }

    private void failOnViolation() {
        if (!violation.isEmpty()) {
            fail("a frame that is not as the protocol says: " + violation);
        }
    }

    /** The next frame, which must be of a type. */
    JsonNode next(String type) throws InterruptedException {
        JsonNode frame = next();
        if (!frame.get("type").asText().equals(type)) {
            fail("expected " + type + ", came " + shorten(frame));
        }
        return frame;
    }

    /** Passes over frames up to the first that fits, and returns that. */
    JsonNode until(Predicate<JsonNode> wanted) throws InterruptedException {
        JsonNode frame = next();
        while (!wanted.test(frame)) {
            frame = next();
        }
        return frame;
    }

    /** Passes over frames up to the first of a type. */
    JsonNode until(String type) throws InterruptedException {
        return until(frame -> frame.get("type").asText().equals(type));
    }

    /** All frames up to, and with, the first project_state that is not EXECUTING and comes behind an EXECUTING. */
    List<JsonNode> run() throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        boolean begun = false;
        while (true) {
            JsonNode frame = next();
            all.add(frame);
            String state = stateOf(frame).orElse("");
            begun |= state.equals("EXECUTING");
            if (begun && (state.equals("IDLE") || state.equals("ERROR"))) {
                return all;
            }
        }
    }

    /** All frames up to, and with, the first project_state that is not EXECUTING: the rest of a run that has begun. */
    List<JsonNode> rest() throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        JsonNode frame;
        do {
            frame = next();
            all.add(frame);
        } while (stateOf(frame).filter(state -> !state.equals("EXECUTING")).isEmpty());
        return all;
    }

    static Optional<String> stateOf(JsonNode frame) {
        return frame.get("type").asText().equals("project_state")
                ? Optional.of(frame.get("data").get("state").asText())
                : Optional.empty();
    }

    /** Whether something arrives within a while; for showing that nothing does. */
    boolean hears(Duration within) throws InterruptedException {
        return frames.poll(within.toMillis(), TimeUnit.MILLISECONDS) != null;
    }

    /** Creates a project. */
    String create(String path) throws Exception {
        send("project_create", data().put("path", path));
        return next("project_state").get("data").get("id").asText();
    }

    /** Joins a project; returns the joined frame. */
    JsonNode join(String project) throws Exception {
        send("project_join", project);
        next("project_state");
        next("project_join");
        return next("project_joined");
    }

    /** Deletes every project: what their agents are kept for. */
    void deleteProjects() throws Exception {
        send("project_list", data());
        for (JsonNode project : until("project_list").get("data").get("projects")) {
            String id = project.get("id").asText();
            send("project_delete", id);
            until(frame -> frame.get("type").asText().equals("project_deleted")
                    && frame.path("project_id").asText().equals(id));
        }
    }

    /** The code that the server closed with. */
    int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until the connection is no more, in good order or not; what came before can still be read. */
    void awaitGone() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!closed.handle((code, failure) -> true)
                .completeOnTimeout(false, 1, TimeUnit.SECONDS)
                .get()) {
            if (System.nanoTime() > deadline) {
                fail("still connected after " + PATIENCE_SECONDS + " s");
            }
            // Now and then the JDK's client misses that there is nothing more to read. Who writes learns of it.
            socket.sendPing(ByteBuffer.allocate(0)).whenComplete((done, failure) -> {
                if (failure instanceof IOException) {
                    closed.completeExceptionally(failure);
                }
            });
        }
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    private static String shorten(JsonNode frame) {
        String all = frame.toString();
        return all.length() > 500 ? all.substring(0, 500) + "…" : all;
    }

    @Override
    public void close() {
        socket.abort();
        failOnViolation();
    }
}
