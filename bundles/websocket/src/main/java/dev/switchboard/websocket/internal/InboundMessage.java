package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Puts the pieces of a message together, up to a limit. Used by one thread at a time. */
final class InboundMessage {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int size;

    /**
     * Adds a piece.
     *
     * @return whether it fits; if not, nothing is kept any more
     */
    boolean add(ByteBuffer piece, long limit) {
        int count = piece.remaining();
        if (count > limit - size) {
            clear();
            return false;
        }
        if (count > bytes.length - size) {
            long doubled = Math.min(limit, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.max(size + count, doubled));
        }
        piece.get(bytes, size, count);
        size += count;
        return true;
    }

    /** The whole message; the next one begins. */
    byte[] take() {
        byte[] message = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        clear();
        return message;
    }

    private void clear() {
        bytes = NOTHING;
        size = 0;
    }
}
