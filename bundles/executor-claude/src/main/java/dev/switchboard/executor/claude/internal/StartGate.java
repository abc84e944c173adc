package dev.switchboard.executor.claude.internal;

import dev.switchboard.logging.LogContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many processes start at once and no more, in the order in which they came: starting the CLI takes half a second of
 * a processor, and many starts at once would only make all of them late. No thread waits.
 *
 * <p>Safe for use by many threads; starts run outside of its lock.
 */
final class StartGate {
    private final int most;
    private final Executor pool;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Place> waiting = new ArrayDeque<>();
    private int starting;
    private long delayed;

    /** What is to be started. */
    interface Start {
        /** Starts it; the place is to be given back once it {@linkplain Place#done has started}. */
        void begin(Place place);

        /** It had to wait, and {@link #begin} threw this then. The place has been given back. */
        void failed(RuntimeException why);
    }

    private enum State {
        WAITING,
        STARTING,
        DONE
    }

    /**
     * @param most how many may start at once
     * @param pool runs the starts that had to wait
     */
    StartGate(int most, Executor pool) {
        if (most < 1) {
            throw new IllegalArgumentException("nothing could ever start");
        }
        this.most = most;
        this.pool = pool;
    }

    /**
     * Begins a start, by this thread if there is room and by the pool once there is.
     *
     * @throws RuntimeException what {@link Start#begin} throws, if there was room
     */
    Place enter(Start start) {
        Place place = new Place(start);
        lock.lock();
        try {
            if (starting >= most || !waiting.isEmpty()) {
                waiting.add(place);
                delayed++;
                return place;
            }
            place.state = State.STARTING;
            starting++;
        } finally {
            lock.unlock();
        }
        place.begin();
        return place;
    }

    /** How many start just now. */
    int starting() {
        lock.lock();
        try {
            return starting;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many had to wait so far. */
    long delayed() {
        lock.lock();
        try {
            return delayed;
        } finally {
            lock.unlock();
        }
    }

    private void fill() {
        Place next;
        lock.lock();
        try {
            next = starting < most ? waiting.poll() : null;
            if (next == null) {
                return;
            }
            next.state = State.STARTING;
            starting++;
        } finally {
            lock.unlock();
        }
        try {
            pool.execute(next::beginLate);
        } catch (RejectedExecutionException e) {
            next.putBack();
        }
    }

    /** One start's place among the others. */
    final class Place {
        private final Start start;
        private final LogContext context = LogContext.current();
        private volatile State state = State.WAITING;

        private Place(Start start) {
            this.start = start;
        }

        private void begin() {
            try {
                start.begin(this);
            } catch (RuntimeException e) {
                done();
                throw e;
            }
        }

        private void beginLate() {
            context.run(() -> {
                try {
                    begin();
                } catch (RuntimeException e) {
                    start.failed(e);
                }
            });
        }

        /** The pool is stopping: only {@link #hurry} can begin it now. */
        private void putBack() {
            lock.lock();
            try {
                state = State.WAITING;
                starting--;
                waiting.addFirst(this);
            } finally {
                lock.unlock();
            }
        }

        /** Begins it now, by this thread, although there may be no room; does nothing if it has begun. */
        void hurry() {
            if (leave(State.STARTING)) {
                beginLate();
            }
        }

        /** @return whether it had not begun, and never will */
        boolean cancel() {
            return leave(State.DONE);
        }

        private boolean leave(State next) {
            lock.lock();
            try {
                if (state != State.WAITING) {
                    return false;
                }
                waiting.remove(this);
                state = next;
                starting += next == State.STARTING ? 1 : 0;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** It has started, or failed to: the next one may. Does nothing the second time. */
        void done() {
            if (state != State.STARTING) {
                return;
            }
            lock.lock();
            try {
                if (state != State.STARTING) {
                    return;
                }
                state = State.DONE;
                starting--;
            } finally {
                lock.unlock();
            }
            fill();
        }
    }
}
