package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.core.Frame;

/**
 * A frame whose payload also carries the messages behind it, already framed: Jetty writes a header for the first and
 * then the whole payload, with one write call for all. It costs a fifth of sending each message as a frame of its own.
 *
 * <p>This rests on how Jetty writes frames, not on a promise of its API: the header's length comes from
 * {@link #getPayloadLength()}, the bytes from {@link #getPayload()}, and nothing is in between as long as there are no
 * extensions and no limit for frames. A test on the wire fails when an upgrade changes that; {@link WireWriter} can
 * then send one by one.
 */
final class PreframedFrame extends Frame {
    private final int firstLength;

    private PreframedFrame(WireHeader first, ByteBuffer rest) {
        super(first.opCode(), first.fin(), rest);
        firstLength = first.length();
    }

    /** @param wire one or more whole frames; not changed */
    static PreframedFrame of(ByteBuffer wire) {
        ByteBuffer rest = wire.slice();
        return new PreframedFrame(WireHeader.read(rest), rest);
    }

    @Override
    public int getPayloadLength() {
        return firstLength;
    }
}
