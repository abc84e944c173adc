package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.content.Content;
import java.nio.ByteBuffer;

/**
 * A message that waits to be sent: as its image on the wire, which may be shared by many connections, or, if it is too
 * large for that, as content that is read and sent in fragments. Immutable.
 */
public final class Outgoing {
    /** What a page of history holds in memory at most, whatever lies in files beside it. */
    private static final long MAX_HELD = 5L << 20;

    private final byte[] image;
    private final Content text;

    private Outgoing(byte[] image, Content text) {
        this.image = image;
        this.text = text;
    }

    /**
     * A message.
     *
     * @param text the whole message in UTF-8
     * @param limit the largest image to hold, in bytes
     */
    public static Outgoing of(Content text, long limit) {
        long size = text.size() + OutboundFrame.headerSize(text.size());
        return text.inMemory() && size <= limit
                ? new Outgoing(image(text, (int) size), null)
                : new Outgoing(null, text);
    }

    private static byte[] image(Content text, int size) {
        ByteBuffer wire = ByteBuffer.allocate(size);
        OutboundFrame.putHeader(wire, 0x81, text.size());
        int start = wire.position();
        while (wire.hasRemaining() && text.read(wire.position() - start, wire) > 0) {
            // read() moves the buffer on
        }
        return wire.array();
    }

    /** Whether it has to be sent in fragments. */
    boolean isLarge() {
        return image == null;
    }

    /** Its bytes on the wire, for one send. */
    ByteBuffer wire() {
        return ByteBuffer.wrap(image).asReadOnlyBuffer();
    }

    /** The text of a large one. */
    Content text() {
        return text;
    }

    /** How much memory it takes while it waits. */
    long held() {
        return image != null ? image.length : Math.min(text.size(), MAX_HELD);
    }
}
