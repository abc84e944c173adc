package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.content.Content;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Cuts a large message into the frames of a fragmented one (RFC 6455, section 5.4), one at a time, so that it never has
 * to be in memory as a whole. Used by one thread at a time.
 */
final class Fragments {
    /** A full write to a socket, as everywhere. */
    static final int SIZE = 64 * 1024;

    private static final int FIN = 0x80;
    private static final int TEXT = 0x1;
    private static final int CONTINUATION = 0x0;

    private final Content text;
    private long position;

    Fragments(Content text) {
        this.text = text;
    }

    /**
     * Reads the next frame; may wait for the disk.
     *
     * @throws UncheckedIOException if the content cannot be read any more
     */
    ByteBuffer next() {
        int length = (int) Math.min(SIZE, text.size() - position);
        ByteBuffer frame = ByteBuffer.allocate(OutboundFrame.headerSize(length) + length);
        boolean last = position + length == text.size();
        OutboundFrame.putHeader(frame, (last ? FIN : 0) | (position == 0 ? TEXT : CONTINUATION), length);
        int start = frame.position();
        while (frame.hasRemaining()) {
            if (text.read(position + frame.position() - start, frame) <= 0) {
                throw new IllegalStateException("the content ends before its size");
            }
        }
        position += length;
        return frame.flip();
    }

    /** Whether everything was read. */
    boolean isDone() {
        return position == text.size();
    }
}
