package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.OutgoingFrames;

/**
 * Answers pings, one answer under way at a time: of those that come meanwhile only the last is answered (RFC 6455,
 * section 5.5.3), so that a client that pings and does not read takes no memory.
 */
final class Pongs {
    private final OutgoingFrames frames;
    private final AtomicReference<byte[]> due = new AtomicReference<>();
    private final AtomicBoolean busy = new AtomicBoolean();

    Pongs(OutgoingFrames frames) {
        this.frames = frames;
    }

    void answer(byte[] payload) {
        due.set(payload);
        send();
    }

    private void send() {
        while (due.get() != null && busy.compareAndSet(false, true)) {
            byte[] payload = due.getAndSet(null);
            if (payload == null) {
                busy.set(false);
            } else {
                // A failure means that the connection is broken: then nothing is to be answered any more.
                Callback done = Callback.from(this::sent, failure -> {});
                frames.sendFrame(new Frame(OpCode.PONG, ByteBuffer.wrap(payload)), done, false);
            }
        }
    }

    private void sent() {
        busy.set(false);
        send();
    }
}
