package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.websocket.internal.RawClient.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.OpCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class TimeLimitsTest {
    private static final int RECEIVE_BUFFER = 64 * 1024;
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path directory;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory)
                .set(ServerSettings.TIMEOUTS_WRITE, "1")
                .set(ServerSettings.TIMEOUTS_PONG, "1")
                .start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    @DisplayName("C6 a client that takes nothing is closed with 1013, which it finds when it reads again")
    void slowConsumer() throws Exception {
        try (RawClient client = new RawClient(rig.port(), RECEIVE_BUFFER)) {
            client.upgrade("/ws");
            FakeSession session = rig.gateway.nextSession();
            CompletableFuture<Void> sent = flood(session, 16 * MEGABYTE);
            Rig.await("the close was begun", () -> isClosing(rig));
            Frame frame = client.read();
            assertEquals(16 * MEGABYTE, frame.payload().length);
            sent.get(10, TimeUnit.SECONDS);
            assertEquals(new CloseReason(1013, "slow consumer"), client.read().close());
            client.close(1013);
            assertEquals(new CloseReason(1013, "slow consumer"), session.awaitClosed());
        }
    }

    @Test
    @DisplayName("C6 a client that never reads again is cut off")
    void deadConsumer() throws Exception {
        try (RawClient client = new RawClient(rig.port(), RECEIVE_BUFFER)) {
            client.upgrade("/ws");
            FakeSession session = rig.gateway.nextSession();
            CompletableFuture<Void> sent = flood(session, 16 * MEGABYTE);
            assertEquals(new CloseReason(1013, "slow consumer"), session.awaitClosed());
            assertTrue(sent.handle((done, failure) -> failure != null).get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("C6 a client that takes little, but steadily, stays connected")
    void slowButAlive() throws Exception {
        try (RawClient client = new RawClient(rig.port(), 4096)) {
            client.upgrade("/ws");
            FakeSession session = rig.gateway.nextSession();
            CompletableFuture<Void> sent = flood(session, 16 * MEGABYTE);
            byte[] some = new byte[8 * 1024];
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3500);
            while (System.nanoTime() < end) { // 80 KB/s: the system would not call this socket writable for minutes
                client.in.readFully(some);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertFalse(sent.isDone());
            assertFalse(session.closed.isDone());
            assertFalse(isClosing(rig));
        }
    }

    private static boolean isClosing(Rig rig) {
        boolean[] closing = {false};
        rig.state.connections().forEach(connection -> closing[0] |= connection.isClosing());
        return closing[0];
    }

    private static CompletableFuture<Void> flood(FakeSession session, int size) {
        ByteBuffer wire = ByteBuffer.allocate(OutboundFrame.headerSize(size) + size);
        OutboundFrame.putHeader(wire, 0x81, size);
        return session.sendWire(List.of(wire.rewind()));
    }

    @Test
    @DisplayName("C3 a ping that is answered is told to the session, one that is not closes with 1001")
    void pings() throws Exception {
        rig.set(ServerSettings.TIMEOUTS_PING, "1");
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            Frame ping = client.read();
            assertEquals(RawClient.PING, ping.opCode());
            client.send(RawClient.PONG, true, new byte[8]); // not the one that was asked for
            client.send(RawClient.PONG, true, ping.payload());
            assertNotNull(session.pongs.poll(10, TimeUnit.SECONDS));
            assertEquals(RawClient.PING, client.read().opCode());
            client.text("sign of life"); // but no pong
            assertEquals("sign of life", client.readData().text());
            assertEquals(
                    new CloseReason(1001, "Connection timeout"),
                    client.readData().close());
            client.close(1001);
            assertEquals(1001, session.awaitClosed().code());
            assertTrue(session.pongs.isEmpty());
        }
    }

    @Test
    @DisplayName("C3 a peer that dies without a word is cut off after the time-out")
    void deadPeer() throws Exception {
        rig.set(ServerSettings.TIMEOUTS_PING, "1");
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            assertEquals(new CloseReason(1001, "Connection timeout"), session.awaitClosed());
            assertEquals(RawClient.PING, client.read().opCode());
            assertEquals(1001, client.read().close().code());
            assertTrue(endsSomehow(client));
        }
    }

    private static boolean endsSomehow(RawClient client) throws Exception {
        try {
            return client.isAtEnd();
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Test
    @DisplayName("C3 an idle connection is closed with 1001, but not while the session says that it may not be")
    void idle() throws Exception {
        rig.set(ServerSettings.TIMEOUTS_PING, "0").set(ServerSettings.TIMEOUTS_IDLE, "1");
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            session.mayIdle = false;
            TimeUnit.MILLISECONDS.sleep(1600);
            client.text("here");
            assertEquals("here", client.read().text());
            session.mayIdle = true;
            assertEquals(
                    new CloseReason(1001, "Connection timeout"), client.read().close());
            client.close(1001);
        }
    }

    @Test
    @DisplayName("C3 who only sends heartbeat or ping is not idle; one nanosecond too long without them is 1001")
    void heartbeats() throws Exception {
        Settings settings = rig.set(ServerSettings.TIMEOUTS_PING, "0")
                .set(ServerSettings.TIMEOUTS_IDLE, "60")
                .settings();
        long limit = settings.get(ServerSettings.TIMEOUTS_IDLE).toNanos();
        AtomicLong now = new AtomicLong();
        EdgeTools tools = new EdgeTools(rig, new Connections(), new EdgeFigures(), now::get, WireWriter.TOGETHER);
        try (Timed silent = new Timed(tools);
                Timed beating = new Timed(tools)) {
            for (String type : List.of("heartbeat", "ping", "heartbeat")) {
                now.addAndGet(limit);
                beating.connection.enforceLimits(settings);
                assertFalse(beating.connection.isClosing(), type);
                beating.text("{\"type\":\"" + type + "\"}");
            }
            now.set(limit);
            silent.connection.enforceLimits(settings);
            assertFalse(silent.connection.isClosing());
            now.incrementAndGet();
            silent.connection.enforceLimits(settings);
            assertEquals(new CloseReason(1001, "Connection timeout"), silent.end());
            now.set(4 * limit + 1);
            beating.connection.enforceLimits(settings);
            assertEquals(new CloseReason(1001, "Connection timeout"), beating.end());
        }
    }

    /** A connection whose time is the test's, and whose peer is the test. */
    private static final class Timed implements AutoCloseable {
        final SocketConnection connection;
        private final FakeGateway gateway = new FakeGateway();
        private final SocketChannel channel = SocketChannel.open();
        private final SocketReader reader;

        Timed(EdgeTools tools) throws IOException {
            connection =
                    new SocketConnection(gateway, gateway.admit(new ConnectRequest("a", Optional.empty())), "a", tools);
            reader = new SocketReader(
                    connection,
                    new ProgressEndPoint(channel, null, null, null, tools.nanoTime(), new LongAdder()),
                    tools);
            reader.onOpen(new CoreSession.Empty(), Callback.NOOP);
        }

        void text(String message) throws Exception {
            reader.onFrame(new org.eclipse.jetty.websocket.core.Frame(OpCode.TEXT, message), Callback.NOOP);
            assertEquals(message, gateway.sessions.get(0).texts.poll(10, TimeUnit.SECONDS));
        }

        /** What its session is told when it has ended by itself or does so now. */
        CloseReason end() throws Exception {
            connection.finish(1006, "the test is over");
            return gateway.sessions.get(0).awaitClosed();
        }

        @Override
        public void close() throws IOException {
            connection.finish(1006, "the test is over");
            channel.close();
        }
    }

    @Test
    @DisplayName("C3 while the session is not ready for another message, silence is not held against the peer")
    void notWhileNotReading() throws Exception {
        rig.set(ServerSettings.TIMEOUTS_PING, "1").set(ServerSettings.TIMEOUTS_IDLE, "1");
        CompletableFuture<Runnable> next = new CompletableFuture<>();
        rig.gateway.factory = connection -> new FakeSession(connection) {
            @Override
            void onText(byte[] utf8, Runnable ready) {
                next.complete(ready);
            }
        };
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            client.text("takes its time");
            Frame ping = client.read();
            client.send(RawClient.PONG, true, ping.payload());
            TimeUnit.MILLISECONDS.sleep(2500);
            next.get(10, TimeUnit.SECONDS).run();
            assertNotNull(session.pongs.poll(10, TimeUnit.SECONDS));
            assertFalse(session.closed.isDone());
        }
    }

    @Test
    @DisplayName("C6 pings that nobody reads the answers of take no memory, and the last is answered")
    void pingFlood() throws Exception {
        try (RawClient client = rig.connect()) {
            byte[] payload = "0000".getBytes(StandardCharsets.US_ASCII);
            for (int i = 1; i <= 5000; i++) {
                payload = String.format("%04d", i).getBytes(StandardCharsets.US_ASCII);
                client.send(RawClient.PING, true, payload);
            }
            Frame frame = client.read();
            while (!frame.text().equals("5000")) {
                assertEquals(RawClient.PONG, frame.opCode());
                frame = client.read();
            }
        }
    }
}
