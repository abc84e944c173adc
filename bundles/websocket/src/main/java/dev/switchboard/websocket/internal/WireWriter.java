package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Jetty;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OutgoingFrames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends wire images through Jetty with as few write calls as possible. Has no state. */
enum WireWriter {
    /** Many messages as one {@link PreframedFrame}; the usual way. */
    TOGETHER {
        @Override
        void write(OutgoingFrames frames, List<ByteBuffer> wire, Callback callback) {
            List<ByteBuffer> parts = gather(wire);
            Callback all = once(callback);
            for (int i = 0; i < parts.size(); i++) {
                frames.sendFrame(PreframedFrame.of(parts.get(i)), last(i, parts, all), false);
            }
        }
    },

    /**
     * Each message as a frame of its own, which Jetty copies into its output buffer and flushes behind the last: four
     * times the cost, but by the book.
     */
    ONE_BY_ONE {
        @Override
        void write(OutgoingFrames frames, List<ByteBuffer> wire, Callback callback) {
            List<Frame> messages = new ArrayList<>();
            for (ByteBuffer buffer : wire) {
                ByteBuffer rest = buffer.slice();
                while (rest.hasRemaining()) {
                    WireHeader header = WireHeader.read(rest);
                    ByteBuffer payload = rest.slice(rest.position(), header.length());
                    messages.add(new Frame(header.opCode(), header.fin(), payload));
                    rest.position(rest.position() + header.length());
                }
            }
            Callback all = once(callback);
            for (int i = 0; i < messages.size(); i++) {
                frames.sendFrame(messages.get(i), last(i, messages, all), i + 1 < messages.size());
            }
        }
    };

    /** Buffers are copied together up to this size; a larger one is a write of its own. */
    static final int GATHER_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(WireWriter.class);
    private static final String TESTED_WITH = "12.1.";

    /**
     * Sends frames in order.
     *
     * @param frames must not be used for another write before the callback
     * @param wire at least one buffer, each one or more whole frames
     * @param callback called once, possibly within this call
     */
    abstract void write(OutgoingFrames frames, List<ByteBuffer> wire, Callback callback);

    /** The way that is known to work with the Jetty that is there. */
    static WireWriter forThisJetty() {
        if (Jetty.VERSION.startsWith(TESTED_WITH)) {
            return TOGETHER;
        }
        LOG.warn(
                "sending messages together was tested with Jetty {}x; with {} they are sent one by one, at more cost",
                TESTED_WITH,
                Jetty.VERSION);
        return ONE_BY_ONE;
    }

    private static List<ByteBuffer> gather(List<ByteBuffer> wire) {
        if (wire.size() == 1) {
            return wire;
        }
        List<ByteBuffer> parts = new ArrayList<>();
        List<ByteBuffer> small = new ArrayList<>();
        int size = 0;
        for (ByteBuffer buffer : wire) {
            if (size + buffer.remaining() > GATHER_BYTES && !small.isEmpty()) {
                parts.add(join(small, size));
                small.clear();
                size = 0;
            }
            small.add(buffer);
            size += buffer.remaining();
        }
        parts.add(join(small, size));
        return parts;
    }

    private static ByteBuffer join(List<ByteBuffer> buffers, int size) {
        if (buffers.size() == 1) {
            return buffers.get(0);
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        buffers.forEach(buffer -> all.put(buffer.slice()));
        return all.flip();
    }

    /** Frames are sent in order, so that the last one's success is the success of all. */
    private static Callback last(int index, List<?> list, Callback all) {
        return index + 1 == list.size() ? all : Callback.from(InvocationType.NON_BLOCKING, () -> {}, all::failed);
    }

    private static Callback once(Callback callback) {
        AtomicBoolean called = new AtomicBoolean();
        return Callback.from(
                InvocationType.NON_BLOCKING,
                () -> {
                    if (called.compareAndSet(false, true)) {
                        callback.succeeded();
                    }
                },
                failure -> {
                    if (called.compareAndSet(false, true)) {
                        callback.failed(failure);
                    }
                });
    }
}
