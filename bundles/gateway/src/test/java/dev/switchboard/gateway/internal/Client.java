package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.project.ProjectId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A client of the protocol. */
final class Client {
    final ClientSession session;
    final FakeConnection connection;
    private int syncs;

    Client(ClientSession session, FakeConnection connection) {
        this.session = session;
        this.connection = connection;
        connection.onClose = () -> session.closed(connection.closeCode, connection.closeReason);
    }

    /** Sends a message and waits until the session wants the next. */
    Client send(String json) {
        CountDownLatch next = post(json);
        try {
            assertEquals(true, next.await(Await.SECONDS, TimeUnit.SECONDS), "the session wants the next message");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    CountDownLatch post(String json) {
        CountDownLatch next = new CountDownLatch(1);
        session.text(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), next::countDown);
        return next;
    }

    Client send(String type, ProjectId project, String data) {
        return send("{'type':'" + type + "','project_id':'" + project + "','data':" + data + "}");
    }

    /** The next frame. */
    JsonNode next() {
        return next(connection.messages);
    }

    /** The next of those frames that come now and then, whatever is asked. */
    JsonNode nextAside(String type) {
        JsonNode frame = next(connection.asides);
        while (!frame.get("type").asText().equals(type)) {
            frame = next(connection.asides);
        }
        return frame;
    }

    private static JsonNode next(BlockingQueue<JsonNode> frames) {
        try {
            JsonNode frame = frames.poll(Await.SECONDS, TimeUnit.SECONDS);
            assertNotNull(frame, "a frame within " + Await.SECONDS + " s");
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next frame, which is of this type. */
    JsonNode next(String type) {
        JsonNode frame = next();
        assertEquals(type, frame.path("type").asText(), () -> frame.toString());
        return frame;
    }

    /** The next frames are of these types. */
    List<JsonNode> nexts(String... types) {
        List<JsonNode> frames = new ArrayList<>();
        for (String type : types) {
            frames.add(next(type));
        }
        return frames;
    }

    JsonNode nextError(String code) {
        JsonNode frame = next("error");
        assertEquals(code, frame.path("data").path("code").asText(), () -> frame.toString());
        return frame;
    }

    /** Makes sure that nothing is on its way: it would come before the second answer at the latest. */
    Client nothing() {
        sync();
        sync();
        return this;
    }

    private void sync() {
        String id = "sync-" + ++syncs;
        send("{'type':'no such type','request_id':'" + id + "'}");
        JsonNode frame = next();
        assertEquals(id, frame.path("request_id").asText(), () -> "unexpected " + frame);
    }

    Client join(ProjectId project) {
        send("project_join", project, "{}");
        nexts("project_state", "project_join", "project_joined");
        return this;
    }

    void close() {
        session.closed(1000, "bye");
    }

    void awaitClosed(int code) {
        Await.until("the connection is closed", () -> connection.closeCode != 0);
        assertEquals(code, connection.closeCode);
    }
}
