package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that reads every frame. */
final class TurnClient implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;

    private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket socket;

    static TurnClient connect(Path dataDir) throws Exception {
        JsonNode instance = JSON.readTree(dataDir.resolve("instance.json").toFile());
        String token = Files.readString(dataDir.resolve("initial-token")).strip();
        TurnClient client = new TurnClient();
        client.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://localhost:" + instance.get("port").asInt() + "/ws"), client)
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

    /** Passes over frames up to one of a type. */
    JsonNode until(String type) throws Exception {
        JsonNode frame = next();
        while (!frame.path("type").asText().equals(type)) {
            frame = next();
        }
        return frame;
    }

    /** @throws IOException if none comes, or an error */
    JsonNode next() throws Exception {
        JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new IOException("no frame came");
        }
        if (frame.path("type").asText().equals("error")) {
            throw new IOException(frame.toString());
        }
        return frame;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
