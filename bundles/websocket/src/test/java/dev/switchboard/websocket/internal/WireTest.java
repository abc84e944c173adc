package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.websocket.internal.RawClient.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server really writes. A Jetty upgrade that breaks {@link PreframedFrame} breaks these. */
@Timeout(60)
class WireTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("C1 with the Jetty that is tested here, messages are sent together")
    void sendsTogether() {
        assertSame(WireWriter.TOGETHER, WireWriter.forThisJetty());
    }

    @Test
    @DisplayName("C6 many messages are one frame to Jetty, up to 64 KiB")
    void framesForJetty() {
        List<Integer> payloads = new ArrayList<>();
        List<ByteBuffer> wire = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            wire.add(message("x".repeat(1000)));
        }
        wire.add(message("x".repeat(100_000)));
        wire.add(message("y"));
        WireWriter.TOGETHER.write(
                entry -> {
                    payloads.add(entry.getFrame().getPayload().remaining());
                    assertFalse(entry.isBatch());
                    entry.getCallback().succeeded();
                },
                wire,
                Callback.NOOP);
        int each = 1000 + 4;
        int most = WireWriter.GATHER_BYTES / each * each - 4;
        assertEquals(List.of(most, most, most, (200 - 3 * 65) * each - 4, 100_000, 1), payloads);
    }

    @ParameterizedTest
    @EnumSource(WireWriter.class)
    @DisplayName("C6 the bytes on the wire are those that were framed, however they are cut into buffers")
    void bytesOnTheWire(WireWriter writer) throws Exception {
        try (Rig rig = new Rig(directory).start(writer, false);
                RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            for (List<ByteBuffer> wire : shapes()) {
                byte[] expected = bytes(wire);
                session.sendWire(wire.stream().map(ByteBuffer::asReadOnlyBuffer).toList())
                        .get(10, TimeUnit.SECONDS);
                byte[] received = new byte[expected.length];
                client.in.readFully(received);
                assertArrayEquals(expected, received);
            }
        }
    }

    /** One buffer with one message and with many, many buffers, empty messages, all sizes of headers. */
    private static List<List<ByteBuffer>> shapes() {
        List<ByteBuffer> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(message("message " + "x".repeat(i * 5)));
        }
        ByteBuffer joined = ByteBuffer.wrap(bytes(many));
        return List.of(
                List.of(message("one")),
                List.of(message("")),
                List.of(message(""), message("a"), message("")),
                List.of(joined),
                many,
                List.of(joined, message("x".repeat(200_000)), message("z")),
                List.of(message("x".repeat(1 << 20))),
                List.of());
    }

    @ParameterizedTest
    @EnumSource(WireWriter.class)
    @DisplayName("C3 C6 pongs and the close come between sends, never inside one")
    void controlFramesBetweenSends(WireWriter writer) throws Exception {
        try (Rig rig = new Rig(directory).start(writer, false);
                RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            AtomicBoolean answered = new AtomicBoolean();
            CompletableFuture<Integer> stream = stream(session, 0, answered::get);
            int messages = 0;
            for (int i = 0; i < 50; i++) {
                client.send(RawClient.PING, true, new byte[] {(byte) i});
            }
            stream.whenComplete((done, failure) -> session.connection.close(1000, "done"));
            Frame frame = client.read();
            while (frame.opCode() != RawClient.CLOSE) {
                if (frame.opCode() == RawClient.PONG) {
                    answered.set(true);
                } else {
                    assertEquals("message " + messages, frame.text().strip());
                    messages++;
                }
                frame = client.read();
            }
            client.close(1000);
            assertEquals(stream.get(10, TimeUnit.SECONDS), messages);
            assertTrue(answered.get());
        }
    }

    /** Sends 20 messages 200 times, and on until it is enough, the next when the one before has gone; tells how many. */
    private static CompletableFuture<Integer> stream(FakeSession session, int sends, BooleanSupplier enough) {
        if (sends >= 200 && enough.getAsBoolean() || sends >= 20_000) {
            return CompletableFuture.completedFuture(sends * 20);
        }
        List<ByteBuffer> wire = new ArrayList<>();
        for (int j = 0; j < 20; j++) {
            wire.add(message("message " + (sends * 20 + j) + " ".repeat(300)));
        }
        return session.sendWire(wire).thenCompose(done -> stream(session, sends + 1, enough));
    }

    @Test
    @DisplayName("C6 10 MB as fragments of 64 KiB")
    void fragments() throws Exception {
        int pieces = 160;
        int size = 64 * 1024;
        try (Rig rig = new Rig(directory).start();
                RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < pieces; i++) {
                int first = (i == 0 ? 1 : 0) | (i == pieces - 1 ? 0x80 : 0);
                ByteBuffer wire = ByteBuffer.allocate(OutboundFrame.headerSize(size) + size);
                OutboundFrame.putHeader(wire, first, size);
                wire.put(String.format("%04d", i).getBytes(StandardCharsets.US_ASCII))
                        .rewind();
                last = last.thenCompose(done -> session.sendWire(List.of(wire)));
            }
            for (int i = 0; i < pieces; i++) {
                Frame frame = client.read();
                assertEquals(i == 0 ? RawClient.TEXT : RawClient.CONTINUATION, frame.opCode());
                assertEquals(i == pieces - 1, frame.fin());
                assertEquals(size, frame.payload().length);
                assertEquals(String.format("%04d", i), frame.text().substring(0, 4));
            }
            last.get(10, TimeUnit.SECONDS);
            session.send("after".getBytes(StandardCharsets.UTF_8)).get(10, TimeUnit.SECONDS);
            assertEquals("after", client.read().text());
        }
    }

    private static ByteBuffer message(String text) {
        return ByteBuffer.wrap(OutboundFrame.wireImage(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] bytes(List<ByteBuffer> wire) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        wire.forEach(buffer -> all.write(buffer.array(), 0, buffer.limit()));
        return all.toByteArray();
    }
}
