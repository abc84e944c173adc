package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.Subscriber;
import dev.switchboard.broadcast.Subscription;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place in a ring: the number of a chunk, the index of the next frame in it, and the last record passed. Reads
 * without a lock, so no publisher ever waits for it.
 *
 * <p>Wake-ups: a poll that finds nothing arms the cursor and then looks once more; a publisher adds its frame and then
 * disarms. One of the two sees the other, whichever comes first, so no wake-up is lost.
 */
final class Cursor implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);

    private final TopicRing ring;
    private final Set<FrameKind> kinds;
    private final Subscriber subscriber;
    private final Runnable onBehind;
    private final Consumer<Cursor> onClose;
    private final AtomicBoolean armed = new AtomicBoolean();
    private volatile boolean closed;
    // Touched by the subscriber's thread only.
    private long chunkNumber;
    private int index;
    private long seq;
    private boolean behind;

    /**
     * @param onBehind called each time that it falls off what is in memory
     * @param onClose called when it is closed
     */
    Cursor(
            TopicRing ring, Set<FrameKind> kinds, Subscriber subscriber, Runnable onBehind, Consumer<Cursor> onClose) {
        this.ring = ring;
        this.kinds = kinds.isEmpty() ? EnumSet.noneOf(FrameKind.class) : EnumSet.copyOf(kinds);
        this.subscriber = subscriber;
        this.onBehind = onBehind;
        this.onClose = onClose;
    }

    /** Takes the place from which the first poll goes on; called once, after the ring knows of this cursor. */
    void start(long afterSeq) {
        place(ring.window(), afterSeq);
    }

    boolean wants(FrameKind kind) {
        return kinds.contains(kind);
    }

    /** Called by publishers, behind their frame. */
    void wake(FrameKind kind, boolean always) {
        if (!always && !wants(kind) || !armed.get() || !armed.compareAndSet(true, false)) {
            return;
        }
        try {
            subscriber.ready();
        } catch (RuntimeException e) {
            LOG.warn("a subscriber failed when it was woken", e);
        }
    }

    @Override
    public Batch poll(int maxBytes) {
        Batch batch = take(maxBytes);
        if (!batch.isEmpty() || batch.behind() || closed) {
            return batch;
        }
        armed.set(true);
        batch = take(maxBytes);
        if (!batch.isEmpty() || batch.behind() || closed) {
            armed.set(false);
        }
        return batch;
    }

    private Batch take(int maxBytes) {
        Slices slices = new Slices();
        Window window = ring.window();
        if (closed) {
            return slices.batch(seq, false);
        }
        if (seq < window.floor()) {
            return behind(slices);
        }
        if (chunkNumber < window.first()) {
            // Only frames that are not records have been missed.
            moveTo(window.first(), 0);
        }
        for (Chunk chunk = window.chunk(chunkNumber); chunk != null; chunk = window.chunk(chunkNumber)) {
            if (!takeFrom(chunk, slices, maxBytes)) {
                return slices.isEmpty() ? behind(slices) : slices.batch(seq, false);
            }
            if (chunkNumber + 1 == window.next()) {
                break; // it may still grow
            }
            moveTo(chunkNumber + 1, 0);
        }
        return slices.batch(seq, false);
    }

    /** Takes what the chunk has; false if it stops before: the next frame has no room or no image, or one is missing. */
    private boolean takeFrom(Chunk chunk, Slices slices, int maxBytes) {
        int count = chunk.count();
        for (; index < count; index++) {
            long record = chunk.seq(index);
            if (record > seq + 1) {
                return false; // the topic's first record here, and there were others between it and this place
            }
            if (wants(chunk.kind(index)) && (record == 0 || record > seq)) {
                if (chunk.isPlace(index) || !slices.hasRoom(chunk.end(index) - chunk.start(index), maxBytes)) {
                    return false;
                }
                slices.add(chunk, index);
            }
            seq = Math.max(seq, record);
        }
        return true;
    }

    private Batch behind(Slices slices) {
        if (!behind) {
            behind = true;
            onBehind.run();
        }
        return slices.batch(seq, true);
    }

    @Override
    public boolean seek(long target) {
        Window window = ring.window();
        if (closed || target < window.floor() || !allInMemory(window, target)) {
            return false;
        }
        place(window, target);
        behind = false;
        return true;
    }

    private boolean allInMemory(Window window, long target) {
        for (Chunk chunk : window.chunks()) {
            int count = chunk.count();
            for (int i = 0; i < count; i++) {
                if (chunk.seq(i) > target && chunk.isPlace(i) && wants(chunk.kind(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Goes to directly behind record {@code target}; to the end if that is still to come. */
    private void place(Window window, long target) {
        Chunk[] chunks = window.chunks();
        // Counted before records are looked at: what comes meanwhile is behind this place.
        int tailCount = chunks.length == 0 ? 0 : window.tail().count();
        seq = target;
        boolean newest = true;
        for (int i = chunks.length - 1; i >= 0; i--) {
            for (int j = chunks[i].count() - 1; j >= 0; j--) {
                long record = chunks[i].seq(j);
                if (newest && record != 0 && record < target) {
                    moveTo(window.next() - 1, tailCount);
                    return;
                }
                if (record != 0 && record <= target) {
                    moveTo(window.first() + i, j + 1);
                    return;
                }
                newest &= record == 0;
            }
        }
        moveTo(window.first(), 0);
    }

    private void moveTo(long chunk, int frame) {
        chunkNumber = chunk;
        index = frame;
    }

    @Override
    public long seq() {
        return seq;
    }

    @Override
    public void close() {
        closed = true;
        armed.set(false);
        onClose.accept(this);
    }
}
