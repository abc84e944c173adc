package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.websocket.internal.RawClient.Frame;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EchoTest {
    @TempDir
    Path directory;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory).start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    @DisplayName("C1 C2 a usual client sends, receives and closes")
    void usualClient() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + rig.port() + "/ws?token=admin"), listener(received))
                .get(10, TimeUnit.SECONDS);
        FakeSession session = rig.gateway.nextSession();
        assertEquals("admin", session.admission.principal().orElseThrow().name());
        assertEquals("127.0.0.1", session.connection.remoteAddress());
        for (int i = 0; i < 100; i++) {
            client.sendText("grüße " + i, true).get(10, TimeUnit.SECONDS);
            assertEquals("grüße " + i, received.poll(10, TimeUnit.SECONDS));
        }
        client.sendClose(1000, "bye").get(10, TimeUnit.SECONDS);
        assertEquals(new CloseReason(1000, "bye"), session.awaitClosed());
        Rig.await("the admission is given back", () -> rig.gateway.admitted.get() == 0);
    }

    private static WebSocket.Listener listener(BlockingQueue<String> received) {
        return new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    received.add(text.toString());
                    text.setLength(0);
                }
                socket.request(1);
                return null;
            }
        };
    }

    @Test
    @DisplayName("C1 no extension is agreed on")
    void noCompression() throws Exception {
        try (RawClient client = new RawClient(rig.port())) {
            assertFalse(client.upgrade("/ws").toLowerCase().contains("sec-websocket-extensions"));
        }
    }

    @Test
    @DisplayName("C1 a message in fragments, with a ping between them and a character across them")
    void fragments() throws Exception {
        byte[] text = "fünf Stücke".getBytes(StandardCharsets.UTF_8);
        try (RawClient client = rig.connect()) {
            client.send(RawClient.TEXT, false, Arrays.copyOf(text, 2));
            client.send(RawClient.PING, true, new byte[] {7});
            client.send(RawClient.CONTINUATION, false, new byte[0]);
            client.send(RawClient.CONTINUATION, true, Arrays.copyOfRange(text, 2, text.length));
            Frame pong = client.read();
            assertEquals(RawClient.PONG, pong.opCode());
            assertEquals(7, pong.payload()[0]);
            assertEquals("fünf Stücke", client.read().text());
        }
    }

    @Test
    @DisplayName("C1 an empty message is a message")
    void empty() throws Exception {
        try (RawClient client = rig.connect()) {
            client.text("");
            assertEquals("", client.read().text());
        }
    }

    @Test
    @DisplayName("C1 messages of every header size, up to 1 MiB")
    void sizes() throws Exception {
        try (RawClient client = rig.connect()) {
            for (int size : new int[] {1, 125, 126, 65_535, 65_536, 1 << 20}) {
                client.text("x".repeat(size));
                assertEquals(size, client.read().payload().length);
            }
        }
    }

    @Test
    @DisplayName("C1 the next message is read only when the session is ready for it")
    void readsOneAtATime() throws Exception {
        BlockingQueue<Runnable> nexts = new LinkedBlockingQueue<>();
        rig.gateway.factory = connection -> new FakeSession(connection) {
            @Override
            void onText(byte[] utf8, Runnable next) {
                nexts.add(next);
            }
        };
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            client.text("first");
            client.text("second");
            Runnable next = nexts.poll(10, TimeUnit.SECONDS);
            assertEquals("first", session.texts.poll(10, TimeUnit.SECONDS));
            client.send(RawClient.PING, true, new byte[0]);
            session.send("still there".getBytes(StandardCharsets.UTF_8)).get(10, TimeUnit.SECONDS);
            assertEquals("still there", client.read().text());
            assertTrue(session.texts.isEmpty());
            next.run();
            assertEquals("second", session.texts.poll(10, TimeUnit.SECONDS));
            // It closes while a message is with the session, which never asks for another one.
            session.connection.close(1008, "enough");
            assertEquals(new CloseReason(1008, "enough"), client.read().close());
            client.close(1008);
            assertEquals(new CloseReason(1008, "enough"), session.awaitClosed());
        }
    }

    @Test
    @DisplayName("C2 a connection that breaks off is told to the session")
    void brokenOff() throws Exception {
        RawClient client = rig.connect();
        FakeSession session = rig.gateway.nextSession();
        client.close();
        assertEquals(1006, session.awaitClosed().code());
        assertTrue(session.send(new byte[1])
                .handle((done, failure) -> failure != null)
                .get(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("C1 a session may send and close while it is being opened")
    void speaksFirst() throws Exception {
        rig.gateway.factory = connection -> {
            FakeSession session = new FakeSession(connection);
            connection.send(
                    List.of(ByteBuffer.wrap(OutboundFrame.wireImage("hello".getBytes(StandardCharsets.UTF_8)))),
                    failure -> {});
            connection.close(1013, "later");
            return session;
        };
        try (RawClient client = rig.connect()) {
            assertEquals("hello", client.read().text());
            assertEquals(new CloseReason(1013, "later"), client.read().close());
            client.close(1013);
            assertTrue(client.isAtEnd());
        }
    }
}
