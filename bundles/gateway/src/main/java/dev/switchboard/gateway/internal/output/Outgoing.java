package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message that waits to be sent: as its image on the wire, which may be shared by many connections, or, if it is too
 * large for that, as content that is read and sent in fragments. Immutable.
 */
public final class Outgoing {
    /** What a page of history holds in memory at most, whatever lies in files beside it. */
    private static final long MAX_HELD = 5L << 20;

    private final byte[] image;
    private final int from;
    private final int to;
    private final Content text;

    private Outgoing(byte[] image, int from, int to, Content text) {
        this.image = image;
        this.from = from;
        this.to = to;
        this.text = text;
    }

    /**
     * A message.
     *
     * @param text the whole message in UTF-8
     * @param limit the largest image to hold, in bytes
     */
    public static Outgoing of(Content text, long limit) {
        return allOf(List.of(text), limit).get(0);
    }

    /** The same for several, with their images one behind the other, so that many of them are one buffer of a send. */
    static List<Outgoing> allOf(List<Content> texts, long limit) {
        int size = 0;
        for (Content text : texts) {
            if (fits(text, limit)) {
                size += (int) size(text);
            }
        }
        ByteBuffer images = ByteBuffer.allocate(size);
        List<Outgoing> all = new ArrayList<>(texts.size());
        for (Content text : texts) {
            if (fits(text, limit)) {
                int from = images.position();
                putImage(text, images);
                all.add(new Outgoing(images.array(), from, images.position(), null));
            } else {
                all.add(new Outgoing(null, 0, 0, text));
            }
        }
        return all;
    }

    private static boolean fits(Content text, long limit) {
        return text.inMemory() && size(text) <= limit;
    }

    private static long size(Content text) {
        return text.size() + OutboundFrame.headerSize(text.size());
    }

    private static void putImage(Content text, ByteBuffer target) {
        OutboundFrame.putHeader(target, 0x81, text.size());
        int start = target.position();
        ByteBuffer rest = target.slice(start, (int) text.size());
        while (rest.hasRemaining() && text.read(rest.position(), rest) > 0) {
            // read() moves the buffer on
        }
        target.position(start + rest.position());
    }

    /** Whether it has to be sent in fragments. */
    boolean isLarge() {
        return image == null;
    }

    /** Its bytes on the wire, for one send. */
    ByteBuffer wire() {
        return wire(this);
    }

    /** The bytes of several messages, of which each {@link #follows} the one before. */
    ByteBuffer wire(Outgoing last) {
        return ByteBuffer.wrap(image, from, last.to - from).slice().asReadOnlyBuffer();
    }

    /** Whether its bytes lie directly behind another's. */
    boolean follows(Outgoing other) {
        return image == other.image && from == other.to;
    }

    /** How many bytes it has on the wire; of a large one, none. */
    int size() {
        return to - from;
    }

    /** The text of a large one. */
    Content text() {
        return text;
    }

    /** How much memory it takes while it waits. */
    long held() {
        return image != null ? size() : Math.min(text.size(), MAX_HELD);
    }
}
