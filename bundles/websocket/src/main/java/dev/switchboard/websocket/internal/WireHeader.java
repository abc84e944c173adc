package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;

/**
 * The header of a frame as the server sends it, unmasked (RFC 6455, section 5.2).
 *
 * @param opCode what kind of frame it is
 * @param fin whether it is the last of its message
 * @param length of the payload, in bytes
 */
record WireHeader(byte opCode, boolean fin, int length) {
    /** Reads the header at the buffer's position, which it moves to the payload. */
    static WireHeader read(ByteBuffer wire) {
        int first = wire.get();
        int second = wire.get() & 0xFF;
        if (second > 127) {
            throw new IllegalArgumentException("a frame from the server must not be masked");
        }
        long length = second == 126 ? wire.getShort() & 0xFFFF : second == 127 ? wire.getLong() : second;
        if (length > wire.remaining()) {
            throw new IllegalArgumentException(
                    "the frame should have " + length + " bytes, but " + wire.remaining() + " are there");
        }
        return new WireHeader((byte) (first & 0x0F), first < 0, (int) length);
    }
}
