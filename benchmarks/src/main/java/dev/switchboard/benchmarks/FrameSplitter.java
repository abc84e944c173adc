package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Frames of a server (RFC 6455) out of bytes as they come from a channel. Of large ones only the head is kept. For one thread at a time. */
final class FrameSplitter {
    /** What is kept of a frame: what the head of a frame and the beginning of an agent's line take, and more. */
    static final int HEAD = 512;

    private final PingHandler pings;
    private final MessageHandler messages;
    private final byte[] head = new byte[HEAD];
    private final ByteBuffer header = ByteBuffer.allocate(10);
    private int filled;
    /** How much of the frame is to come; negative while its header is. */
    private long left = -1;

    /** Gets the payloads of pings, to answer them. */
    interface PingHandler {
        void ping(byte[] payload) throws IOException;
    }

    /** Gets heads of messages. */
    interface MessageHandler {
        void message(byte[] head, int length) throws IOException;
    }

    FrameSplitter(PingHandler pings, MessageHandler messages) {
        this.pings = pings;
        this.messages = messages;
    }

    void feed(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (left < 0) {
                header(bytes);
            } else {
                int count = (int) Math.min(left, bytes.remaining());
                int kept = Math.min(count, HEAD - filled);
                bytes.get(head, filled, kept);
                bytes.position(bytes.position() + count - kept);
                filled += kept;
                left -= count;
            }
            if (left == 0) {
                left = -1;
                frame();
            }
        }
    }

    private void header(ByteBuffer bytes) {
        header.put(bytes.get());
        int length = header.position() < 2 ? 0 : header.get(1) & 0x7F;
        int whole = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (header.position() == whole) {
            left = whole == 2 ? length : whole == 4 ? header.getShort(2) & 0xFFFF : header.getLong(2);
            filled = 0;
            header.clear();
        }
    }

    private void frame() throws IOException {
        int first = header.get(0) & 0xFF;
        if (RawSocket.isPing(first)) {
            pings.ping(Arrays.copyOf(head, filled));
        } else if (!RawSocket.isControl(first)) {
            messages.message(head, filled);
        }
    }
}
