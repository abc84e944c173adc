package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.websocket.internal.RawClient.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection, byte by byte: what the client sends, what has to come back, and that nothing is left behind. */
final class Talk implements AutoCloseable {
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int RSV2 = 0x20;
    static final int RSV3 = 0x10;

    private final Rig rig;
    final RawClient client;
    final FakeSession session;

    private Talk(Rig rig) throws Exception {
        this.rig = rig;
        client = rig.connect();
        session = rig.gateway.nextSession();
    }

    static Talk with(Rig rig) throws Exception {
        return new Talk(rig);
    }

    /** Sends a frame, masked. */
    Talk frame(int first, byte... payload) throws IOException {
        return raw(bytes(first, payload));
    }

    Talk frame(int first, String payload) throws IOException {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes as they are. */
    Talk raw(byte... bytes) throws IOException {
        client.out.write(bytes);
        return this;
    }

    /** A frame as it goes over the wire, masked. */
    static byte[] bytes(int first, byte... payload) {
        byte[] head = RawClient.head(first, false, payload.length);
        ByteBuffer frame = ByteBuffer.allocate(head.length + payload.length).put(head);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (i % 4 + 1)));
        }
        return frame.array();
    }

    /** Frames one behind the other. */
    static byte[] join(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** The payload of a close frame. */
    static byte[] closing(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    Talk hears(String text) throws IOException {
        Frame frame = client.read();
        assertEquals(RawClient.TEXT, frame.opCode(), () -> "in place of a text: " + describe(frame));
        assertEquals(text, frame.text());
        return this;
    }

    Talk hearsPong(byte... payload) throws IOException {
        Frame frame = client.read();
        assertEquals(RawClient.PONG, frame.opCode(), () -> "in place of a pong: " + describe(frame));
        assertArrayEquals(payload, frame.payload());
        return this;
    }

    private static String describe(Frame frame) {
        return frame.opCode() + " of " + frame.payload().length + " bytes: " + frame.text();
    }

    /** The server closes of itself; the client answers, and the connection is over. */
    void isClosedWith(int code) throws Exception {
        assertEquals(code, client.read().close().code());
        client.close(code);
        isOver(code);
    }

    /** The client has broken the rules of frames: after the close Jetty waits for nothing more. */
    void isCutOffWith(int code) throws Exception {
        assertEquals(code, client.read().close().code());
        isOver(code);
    }

    /** The client has sent a close, and gets this answer. */
    void isAnsweredWith(byte... payload) throws Exception {
        Frame frame = client.read();
        assertEquals(RawClient.CLOSE, frame.opCode(), () -> "in place of a close: " + describe(frame));
        assertArrayEquals(payload, frame.payload());
        int code = payload.length == 0 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        isOver(code);
    }

    /** Nothing more comes, the session knows why, and nobody knows the connection any more. */
    void isOver(int code) throws Exception {
        assertTrue(client.isAtEnd(), "something came behind the close");
        assertEquals(code, session.awaitClosed().code());
        Rig.await("the connection is forgotten", () -> rig.state.connections().size() == 0);
        assertEquals(0, rig.gateway.admitted.get(), "admissions that are left");
        assertEquals(0, session.overlapping.get(), "calls of the session at the same time, or behind the last");
    }

    /** The usual end. */
    void ends() throws Exception {
        frame(FIN | RawClient.CLOSE, closing(1000, "bye")).isAnsweredWith(closing(1000, "bye"));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
