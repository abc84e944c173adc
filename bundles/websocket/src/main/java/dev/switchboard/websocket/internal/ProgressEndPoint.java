package dev.switchboard.websocket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A socket that knows for how long it has taken no bytes, and that writes large buffers in pieces, because for each
 * write the JDK keeps a direct buffer of the same size.
 */
final class ProgressEndPoint extends SocketChannelEndPoint {
    private static final int WRITE_BYTES = 64 * 1024;

    /** How long somebody who has connected may take for what TLS wants and for the head of a request. */
    private static final long FIRST_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long the reply to a request and the next one may take, however steadily bytes trickle. */
    private static final long NEXT_REQUEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** Not stuck, or not to be waited for. */
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier nanoTime;
    private final LongAdder written;
    private volatile long stuckSince = NEVER;
    private volatile long requestUntil;
    private volatile Runnable onStuck = () -> {};

    ProgressEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            LongSupplier nanoTime,
            LongAdder written) {
        super(channel, selector, key, scheduler);
        this.nanoTime = nanoTime;
        this.written = written;
        this.requestUntil = nanoTime.getAsLong() + FIRST_REQUEST_NANOS;
    }

    /** The socket under a connection, whatever protocol lies in between. */
    static ProgressEndPoint under(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return (ProgressEndPoint) socket;
    }

    /** The head of a request has come. */
    void requested() {
        requestUntil = nanoTime.getAsLong() + NEXT_REQUEST_NANOS;
    }

    /** It speaks WebSocket from now on, and has other limits. */
    void upgraded() {
        requestUntil = NEVER;
    }

    /**
     * Has the connection read when there is something. Once it speaks WebSocket, that is done by the very thread that finds out, as
     * nothing there waits for anything: handing it to another one costs more than what is done with a usual message.
     */
    @Override
    public void fillInterested(Callback callback) {
        super.fillInterested(requestUntil == NEVER ? new NonBlocking(callback) : callback);
    }

    private record NonBlocking(Callback callback) implements Callback {
        @Override
        public void succeeded() {
            callback.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            callback.failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /** Whether a request should have come by now. */
    boolean isOverdue() {
        long until = requestUntil;
        return until != NEVER && nanoTime.getAsLong() - until > 0;
    }

    /** @param task is run whenever output begins to wait, by the thread that writes; returns at once */
    void onStuck(Runnable task) {
        onStuck = task;
    }

    /** For how many nanoseconds output has been waiting and not one byte was taken; 0 if none waits. */
    long stuckNanos() {
        long since = stuckSince;
        return since == NEVER ? 0 : Math.max(0, nanoTime.getAsLong() - since);
    }

    /**
     * Tries to write what waits. The system reports a socket as writable only when a third of its buffer is free,
     * which takes longer than any time-out over a slow line; it takes bytes as soon as there is room for any.
     */
    void nudge() {
        getWriteFlusher().completeWrite();
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        int from = 0;
        while (from < buffers.length) {
            int to = from;
            int size = 0;
            while (to < buffers.length && size < WRITE_BYTES) {
                size += buffers[to++].remaining();
            }
            if (!flushPiece(Arrays.copyOfRange(buffers, from, to), size - WRITE_BYTES)) {
                if (stuckSince == NEVER) {
                    stuckSince = nanoTime.getAsLong();
                    onStuck.run();
                }
                return false;
            }
            from = buffers[to - 1].hasRemaining() ? to - 1 : to;
        }
        stuckSince = NEVER;
        return true;
    }

    /** Writes the buffers, without the last bytes of the last one if they are too many. */
    private boolean flushPiece(ByteBuffer[] piece, int tooMany) throws IOException {
        ByteBuffer last = piece[piece.length - 1];
        int limit = last.limit();
        try {
            last.limit(limit - Math.max(0, tooMany));
            return flushCounted(piece);
        } finally {
            last.limit(limit);
        }
    }

    private boolean flushCounted(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        try {
            return super.flush(buffers);
        } finally {
            long count = before - remaining(buffers);
            if (count > 0) {
                written.add(count);
                stuckSince = NEVER;
            }
        }
    }

    private static long remaining(ByteBuffer... buffers) {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }
}
