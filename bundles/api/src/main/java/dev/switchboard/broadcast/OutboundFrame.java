package dev.switchboard.broadcast;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A frame as it goes over the wire, encoded once for all who receive it: the header of an unfragmented, unmasked text
 * message (RFC 6455, section 5.2) followed by the UTF-8 text. Messages that lie one behind the other in memory can so be
 * sent with one write.
 *
 * <p>A frame without an image ({@link #tooLarge}) only holds a place in the order: a subscriber that reaches it is told
 * that it is behind and reads the record from the log.
 */
public final class OutboundFrame {
    private static final int TEXT_FIN = 0x81;

    private final FrameKind kind;
    private final long seq;
    private final byte[] image;

    private OutboundFrame(FrameKind kind, long seq, byte[] image) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.seq = seq;
        this.image = image;
        if (seq < 0 || (seq == 0) != (kind == FrameKind.PARTIAL || kind == FrameKind.NOTICE)) {
            throw new IllegalArgumentException("seq " + seq + " does not go with " + kind);
        }
    }

    /**
     * A frame with its text.
     *
     * @param seq the record's place in the project's log; 0 exactly for {@link FrameKind#PARTIAL} and
     *        {@link FrameKind#NOTICE}
     * @param text the whole message in UTF-8
     */
    public static OutboundFrame text(FrameKind kind, long seq, byte[] text) {
        return new OutboundFrame(kind, seq, wireImage(text));
    }

    /** A record's frame that is too large to be kept in memory. */
    public static OutboundFrame tooLarge(FrameKind kind, long seq) {
        if (seq == 0) {
            throw new IllegalArgumentException("only a record can be read from the log");
        }
        return new OutboundFrame(kind, seq, null);
    }

    public FrameKind kind() {
        return kind;
    }

    /** The record's place in the project's log; 0 if the frame is not a record. */
    public long seq() {
        return seq;
    }

    /** Whether there is no image and the record has to be read from the log. */
    public boolean isTooLarge() {
        return image == null;
    }

    /** Bytes on the wire, header included; 0 if there is no image. */
    public int wireSize() {
        return image == null ? 0 : image.length;
    }

    /**
     * The bytes on the wire, header included; read-only, with a position of its own.
     *
     * @throws IllegalStateException if there is no image
     */
    public ByteBuffer wire() {
        if (image == null) {
            throw new IllegalStateException("record " + seq + " has to be read from the log");
        }
        return ByteBuffer.wrap(image).asReadOnlyBuffer();
    }

    /** Header and text of one unfragmented text message, in one array. */
    public static byte[] wireImage(byte[] text) {
        ByteBuffer wire = ByteBuffer.allocate(headerSize(text.length) + text.length);
        putHeader(wire, TEXT_FIN, text.length);
        return wire.put(text).array();
    }

    /** How many bytes the header of an unmasked message of this length takes: 2, 4 or 10. */
    public static int headerSize(long length) {
        return length < 126 ? 2 : length <= 0xFFFF ? 4 : 10;
    }

    /**
     * Writes the header of an unmasked frame.
     *
     * @param firstByte FIN, reserved bits and opcode, for instance 0x81 for a whole text message
     * @param length of the payload in bytes
     */
    public static void putHeader(ByteBuffer target, int firstByte, long length) {
        target.put((byte) firstByte);
        if (length < 126) {
            target.put((byte) length);
        } else if (length <= 0xFFFF) {
            target.put((byte) 126).putShort((short) length);
        } else {
            target.put((byte) 127).putLong(length);
        }
    }
}
