package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;

/** Content read from front to back through one small buffer. */
class JsonPieces {
    /** What a read of a file is worth; small enough for one line of each of hundreds of agents. */
    private static final int PIECE = 1 << 16;

    private final Content content;
    private final ByteBuffer piece;
    private long base;

    /** The buffer: unread bytes stand from {@code at} to {@code end}. */
    final byte[] bytes;

    int at;
    int end;

    JsonPieces(Content content) {
        this.content = content;
        this.bytes = new byte[(int) Math.min(PIECE, content.size())];
        this.piece = ByteBuffer.wrap(bytes);
    }

    /** Where the next byte stands in the content. */
    final long position() {
        return base + at;
    }

    /** Where the buffer's first byte stands in the content. */
    final long base() {
        return base;
    }

    /** The next byte without taking it, or -1 at the end. */
    final int peek() {
        return at < end || fill() ? bytes[at] & 0xff : -1;
    }

    /** The next byte, or -1 at the end. */
    final int take() {
        return at < end || fill() ? bytes[at++] & 0xff : -1;
    }

    /** Reads on once all bytes have been taken; whether there are more. */
    final boolean fill() {
        base += end;
        at = 0;
        end = 0;
        piece.clear();
        if (base < content.size() && bytes.length > 0) {
            end = content.read(base, piece);
        }
        return end > 0;
    }
}
