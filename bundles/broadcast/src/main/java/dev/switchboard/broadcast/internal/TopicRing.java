package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.QueueLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest frames of one topic and the cursors on them. Frames are kept only while there is a cursor; otherwise the
 * ring only remembers the last record's seq.
 *
 * <p>The lock orders publishing, adding and removing cursors, and dropping chunks; it is held for the copy of one frame
 * at most. Cursors read {@link #window()} without it.
 */
final class TopicRing {
    /** Large enough for one full write to a socket, small enough that dropping the oldest costs little history. */
    private static final int CHUNK_BYTES = 64 * 1024;

    /** Rings with a small limit still have so many chunks that dropping one keeps most of them. */
    private static final int CHUNKS_PER_RING = 8;

    private final RingMemory memory;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Window window = Window.empty(0, 0);
    private volatile List<Cursor> cursors = List.of();
    private volatile long bytes;
    private volatile boolean closed;
    private boolean headKnown;
    private long head;

    TopicRing(RingMemory memory) {
        this.memory = memory;
    }

    /** What became of a frame. */
    enum Outcome {
        /** It was added, or nobody wanted it. */
        DONE,
        /** It was added, and the ring now holds more memory. */
        GROWN,
        /** The topic has been closed; the frame belongs to its successor. */
        CLOSED
    }

    /** Lets the topic begin behind a record, unless it has come to just there. */
    boolean begin(long lastSeq) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (!headKnown || head != lastSeq) {
                drop(window.chunks().length);
                window = Window.empty(window.next(), lastSeq);
                head = lastSeq;
                headKnown = true;
            }
        } finally {
            lock.unlock();
        }
        wakeAll();
        return true;
    }

    /** Adds a frame and wakes the cursors that wait. */
    Outcome publish(OutboundFrame frame, QueueLimits limits) {
        boolean grown;
        lock.lock();
        try {
            if (closed) {
                return Outcome.CLOSED;
            }
            if (frame.seq() != 0) {
                advance(frame.seq());
            }
            boolean image = fits(frame, limits);
            if (cursors.isEmpty() || frame.seq() == 0 && (!image || !isWanted(frame.kind()))) {
                return Outcome.DONE;
            }
            grown = append(frame, image, limits);
        } finally {
            lock.unlock();
        }
        // Whoever wants other kinds is woken too now and then, so that its place does not fall off the ring unread.
        boolean all = grown;
        cursors.forEach(cursor -> cursor.wake(frame.kind(), frame.seq(), all));
        return grown ? Outcome.GROWN : Outcome.DONE;
    }

    /** Nothing comes any more; what is in memory stays for its cursors. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        wakeAll();
    }

    private void wakeAll() {
        cursors.forEach(cursor -> cursor.wake(FrameKind.NOTICE, 0, true));
    }

    private void advance(long seq) {
        if (!headKnown) {
            window = window.withFloor(seq - 1);
        } else if (seq != head + 1) {
            // Records are missing in between, so nobody can get from the older ones to this one in memory.
            drop(window.chunks().length);
            window = Window.empty(window.next(), seq - 1);
        }
        head = seq;
        headKnown = true;
    }

    private static boolean fits(OutboundFrame frame, QueueLimits limits) {
        return !frame.isTooLarge() && frame.wireSize() <= Math.min(limits.queueBytes(), limits.ringBytes());
    }

    private boolean isWanted(FrameKind kind) {
        return cursors.stream().anyMatch(cursor -> cursor.wants(kind));
    }

    private boolean append(OutboundFrame frame, boolean image, QueueLimits limits) {
        int size = image ? frame.wireSize() : 0;
        Chunk tail = window.tail();
        boolean grow = tail == null || !tail.hasRoom(size);
        if (grow) {
            tail = new Chunk((int) Math.max(size, Math.min(CHUNK_BYTES, limits.ringBytes() / CHUNKS_PER_RING)));
            makeRoom(tail.capacity(), limits.ringBytes());
        }
        if (image) {
            tail.append(frame);
        } else {
            tail.appendPlace(frame);
        }
        if (grow) {
            window = window.plus(tail);
            account(tail.capacity());
        }
        return grow;
    }

    private void makeRoom(long needed, long limit) {
        Chunk[] chunks = window.chunks();
        long kept = bytes;
        int dropped = 0;
        while (dropped < chunks.length && kept + needed > limit) {
            kept -= chunks[dropped++].capacity();
        }
        drop(dropped);
    }

    private void drop(int count) {
        if (count == 0) {
            return;
        }
        long freed = 0;
        for (int i = 0; i < count; i++) {
            freed += window.chunks()[i].capacity();
        }
        window = window.without(count);
        account(-freed);
    }

    private void account(long change) {
        bytes = bytes + change;
        memory.add(change);
    }

    /**
     * Drops the oldest chunk, to the good of other rings.
     *
     * @return whether there was one
     */
    boolean dropOldest() {
        lock.lock();
        try {
            boolean any = window.chunks().length > 0;
            drop(any ? 1 : 0);
            return any;
        } finally {
            lock.unlock();
        }
    }

    /** Lets a cursor take part, unless the topic has been closed; the first one begins the ring. */
    boolean add(Cursor cursor) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (cursors.isEmpty()) {
                window = Window.empty(window.next(), headKnown ? head : 0);
            }
            List<Cursor> more = new ArrayList<>(cursors);
            more.add(cursor);
            cursors = List.copyOf(more);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets a cursor go; the last one takes the frames with it. */
    void remove(Cursor cursor) {
        lock.lock();
        try {
            List<Cursor> fewer = new ArrayList<>(cursors);
            if (fewer.remove(cursor)) {
                cursors = List.copyOf(fewer);
            }
            if (fewer.isEmpty()) {
                drop(window.chunks().length);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is in memory just now. */
    Window window() {
        return window;
    }

    /** Whether nothing comes any more. */
    boolean isClosed() {
        return closed;
    }

    /** A snapshot of who reads here. */
    List<Cursor> cursors() {
        return cursors;
    }

    /** The memory that the frames take, without their index. */
    long bytes() {
        return bytes;
    }
}
