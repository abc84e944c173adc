package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client of a running server that keeps every frame, errors too, in order. For one thread. */
final class FrameClient implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;

    private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket socket;

    private FrameClient() {}

    /** Connects with the token that the first start left in the server's data directory. */
    static FrameClient connect(Path dataDir) throws Exception {
        RawSocket.Address server = RawSocket.Address.of(dataDir);
        FrameClient client = new FrameClient();
        client.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + server.token())
                .buildAsync(URI.create("ws://localhost:" + server.port() + "/ws"), client)
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
                throw new UncheckedIOException(e);
            }
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    /** Sends a request; {@code project} may be empty. */
    void send(String type, String project, JsonNode data) throws Exception {
        var frame = JSON.createObjectNode().put("type", type);
        if (!project.isEmpty()) {
            frame.put("project_id", project);
        }
        frame.set("data", data);
        socket.sendText(frame.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void send(String type, String project) throws Exception {
        send(type, project, JSON.createObjectNode());
    }

    JsonNode next() throws Exception {
        JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new IOException("no frame came within " + PATIENCE_SECONDS + " s");
        }
        return frame;
    }

    /** Passes over frames up to the first that fits. */
    JsonNode until(Predicate<JsonNode> wanted) throws Exception {
        JsonNode frame = next();
        while (!wanted.test(frame)) {
            frame = next();
        }
        return frame;
    }

    JsonNode until(String type) throws Exception {
        return until(frame -> isOf(type, frame));
    }

    private static boolean isOf(String type, JsonNode frame) {
        return frame.path("type").asText().equals(type);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
