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

    /** Of what a batch may have, the part for which it pays to end it with a chunk. */
    private static final int WORTHWHILE_PART = 4;

    /** Why taking frames came to its end. */
    private enum Stop {
        /** All that is there was taken. */
        END,
        /** The next frame has no room in the batch, or is better taken with the next. */
        FULL,
        /** The next frame lies behind the last record that is to be taken. */
        BOUND,
        /** The next record is not in memory. */
        MISSING
    }

    private final TopicRing ring;
    private final Set<FrameKind> kinds;
    private final Subscriber subscriber;
    private final Runnable onBehind;
    private final Consumer<Cursor> onClose;
    private final AtomicBoolean armed = new AtomicBoolean();
    // The record that the last poll was to go up to: its coming is news, of whatever kind it is.
    private volatile long awaited = Long.MAX_VALUE;
    private volatile boolean closed;
    // Touched by the subscriber's thread only.
    private long chunkNumber;
    private int index;
    private long seq;
    private boolean behind;
    // The topic was closed while records were missing, and there is no log any more to read them from.
    private boolean recordsLost;
    // Frames that are not records are given from here on only: what is before was there earlier, or was passed.
    private long markChunk;
    private int markIndex;

    /**
     * @param onBehind called each time that it falls off what is in memory
     * @param onClose called when it is closed
     */
    Cursor(TopicRing ring, Set<FrameKind> kinds, Subscriber subscriber, Runnable onBehind, Consumer<Cursor> onClose) {
        this.ring = ring;
        this.kinds = kinds.isEmpty() ? EnumSet.noneOf(FrameKind.class) : EnumSet.copyOf(kinds);
        this.subscriber = subscriber;
        this.onBehind = onBehind;
        this.onClose = onClose;
    }

    /** Takes the place from which the first poll goes on; called once, after the ring knows of this cursor. */
    void start(long afterSeq) {
        Window window = ring.window();
        markChunk = Math.max(window.first(), window.next() - 1);
        markIndex = window.tail() == null ? 0 : window.tail().count();
        place(window, afterSeq);
    }

    boolean wants(FrameKind kind) {
        return kinds.contains(kind);
    }

    /** Called by publishers, behind their frame. */
    void wake(FrameKind kind, long record, boolean always) {
        boolean news = always || wants(kind) || record >= awaited;
        if (!news || !armed.get() || !armed.compareAndSet(true, false)) {
            return;
        }
        try {
            subscriber.ready();
        } catch (RuntimeException e) {
            LOG.warn("a subscriber failed when it was woken", e);
        }
    }

    @Override
    public Batch poll(int maxBytes, long untilSeq) {
        Batch batch = take(maxBytes, untilSeq);
        if (isAnswer(batch)) {
            return batch;
        }
        awaited = untilSeq;
        armed.set(true);
        batch = take(maxBytes, untilSeq);
        if (isAnswer(batch)) {
            armed.set(false);
        }
        return batch;
    }

    private boolean isAnswer(Batch batch) {
        return !batch.isEmpty() || batch.behind() || batch.ended() || closed;
    }

    private Batch take(int maxBytes, long untilSeq) {
        Slices slices = new Slices();
        boolean last = ring.isClosed(); // asked first: then nothing comes behind what is found below
        Window window = ring.window();
        if (closed || seq >= untilSeq) {
            return slices.batch(seq);
        }
        Stop stop = seq < window.floor() && !recordsLost ? Stop.MISSING : takeFrom(window, slices, maxBytes, untilSeq);
        if (stop == Stop.MISSING && last) {
            recordsLost = true;
            stop = takeFrom(window, slices, maxBytes, untilSeq);
        }
        if (stop == Stop.MISSING && slices.isEmpty()) {
            return behind();
        }
        return stop == Stop.END && last && slices.isEmpty() ? Slices.ended(seq) : slices.batch(seq);
    }

    private Stop takeFrom(Window window, Slices slices, int maxBytes, long untilSeq) {
        if (chunkNumber < window.first()) {
            moveTo(window.first(), 0); // what it has missed are not records, or cannot be had any more
        }
        for (Chunk chunk = window.chunk(chunkNumber); chunk != null; chunk = window.chunk(chunkNumber)) {
            Stop stop = takeFrom(chunk, slices, maxBytes, untilSeq);
            if (stop != Stop.END || chunkNumber + 1 == window.next()) {
                return stop; // the last chunk may still grow, so its end is not passed
            }
            moveTo(chunkNumber + 1, 0);
            if (slices.bytes() >= maxBytes / WORTHWHILE_PART) {
                return Stop.FULL; // what comes next lies elsewhere, and would have to be copied to go with one write
            }
        }
        return Stop.END;
    }

    private Stop takeFrom(Chunk chunk, Slices slices, int maxBytes, long untilSeq) {
        int count = chunk.count();
        for (; index < count; index++) {
            long record = chunk.seq(index);
            if (seq >= untilSeq) {
                return Stop.BOUND;
            }
            if (record > seq + 1 && !recordsLost) {
                return Stop.MISSING; // the topic's first record here, and there were others before it
            }
            if (isDue(chunk, record)) {
                if (chunk.isPlace(index)) {
                    return Stop.MISSING;
                }
                if (!slices.hasRoom(chunk.end(index) - chunk.start(index), maxBytes)) {
                    return Stop.FULL;
                }
                slices.add(chunk, index);
            }
            seq = Math.max(seq, record);
        }
        return Stop.END;
    }

    private boolean isDue(Chunk chunk, long record) {
        if (!wants(chunk.kind(index))) {
            return false;
        }
        if (record == 0) {
            return chunkNumber > markChunk || chunkNumber == markChunk && index >= markIndex;
        }
        return record > seq && !recordsLost;
    }

    private Batch behind() {
        if (!behind) {
            behind = true;
            onBehind.run();
        }
        return Slices.behind(seq);
    }

    @Override
    public boolean seek(long target) {
        Window window = ring.window();
        if (closed || target < window.floor() || !allInMemory(window, target)) {
            return false;
        }
        mark();
        place(window, target);
        behind = false;
        return true;
    }

    /** Remembers the place up to which frames that are not records have come. */
    private void mark() {
        if (chunkNumber > markChunk || chunkNumber == markChunk && index > markIndex) {
            markChunk = chunkNumber;
            markIndex = index;
        }
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
