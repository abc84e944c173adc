package dev.switchboard.concurrent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * Says whom somebody who makes rounds has to look after now, of many of whom most are well at any time. Each visit says when the next
 * one has to be, and anybody may ask for one before that. Rounds cost what the visits cost: those who rest are not looked
 * at, for to look at thousands takes longer than to do what is to be done for a few.
 *
 * <p>A timing wheel as in G. Varghese, T. Lauck: Hashed and Hierarchical Timing Wheels (1987), with one round. Times are those of one
 * monotonic clock, in nanoseconds, such as {@link System#nanoTime()}. Safe for use by many threads; one round at a time.
 *
 * @param <T> whoever is visited
 */
public final class Agenda<T> {
    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Whoever rests for longer is on the way when the wheel comes round, and is sent on unvisited. */
    private static final int SLOTS = 256;

    private static final long NOWHERE = Long.MIN_VALUE;

    private final Queue<Entry<T>> called = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<List<Entry<T>>> wheel = new ArrayList<>(SLOTS);
    /** Those whose time is near. */
    private final Deque<Entry<T>> near = new ArrayDeque<>();

    private long reached = NOWHERE;

    public Agenda() {
        for (int i = 0; i < SLOTS; i++) {
            wheel.add(new ArrayList<>(0));
        }
    }

    /** A place for somebody, whom the first call puts on the agenda. */
    public Entry<T> entry(T member) {
        return new Entry<>(this, Objects.requireNonNull(member, "member"));
    }

    /**
     * Makes a round.
     *
     * @param now the time
     * @param visit looks after one, and says when the next visit has to be: in the next round if that time is not later than
     *        {@code now}. If it throws, the round is over; the next one begins with whoever was not visited, and with this one
     */
    public void round(long now, ToLongFunction<T> visit) {
        round(now, false, visit);
    }

    /** The same, with everybody visited: because what their times were reckoned with has changed, for instance. */
    public void roundOfAll(long now, ToLongFunction<T> visit) {
        round(now, true, visit);
    }

    private void round(long now, boolean everybody, ToLongFunction<T> visit) {
        lock.lock();
        try {
            long slot = Math.floorDiv(now, SLOT_NANOS);
            turnTo(slot, everybody);
            takeCalled(now);
            for (int left = near.size(); left > 0; left--) {
                Entry<T> entry = near.remove();
                T member = entry.member;
                if (member == null) {
                    continue;
                }
                try {
                    if (everybody || entry.due - now <= 0) {
                        entry.due = now; // if the visit fails
                        entry.due = visit.applyAsLong(member);
                    }
                } finally {
                    put(entry, slot);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes those from the wheel whose slots have come, each of whom is in one at a time that counts. */
    private void turnTo(long slot, boolean everybody) {
        if (reached == NOWHERE) {
            reached = slot - 1;
        }
        long from = Math.max(reached + 1, slot - SLOTS + 1);
        for (long i = everybody ? slot - SLOTS + 1 : from; i <= slot; i++) {
            int index = Math.floorMod(i, SLOTS);
            List<Entry<T>> here = wheel.get(index);
            if (here.isEmpty()) {
                continue;
            }
            wheel.set(index, new ArrayList<>(0));
            for (Entry<T> entry : here) {
                if (entry.slot != NOWHERE && Math.floorMod(entry.slot, SLOTS) == index) {
                    entry.slot = NOWHERE;
                    near.add(entry);
                }
            }
        }
        reached = Math.max(reached, slot);
    }

    private void takeCalled(long now) {
        for (Entry<T> entry = called.poll(); entry != null; entry = called.poll()) {
            entry.isCalled.set(false); // before the visit: what is called for from here on is another one
            entry.due = now;
            if (entry.slot != NOWHERE || !entry.isKnown) {
                entry.isKnown = true;
                entry.slot = NOWHERE;
                near.add(entry);
            }
        }
    }

    private void put(Entry<T> entry, long now) {
        long slot = Math.min(Math.floorDiv(entry.due, SLOT_NANOS), now + SLOTS - 1);
        if (slot <= now) {
            near.add(entry);
        } else {
            entry.slot = slot;
            wheel.get(Math.floorMod(slot, SLOTS)).add(entry);
        }
    }

    /**
     * Somebody's place on the agenda.
     *
     * @param <T> whoever is visited
     */
    public static final class Entry<T> {
        private final Agenda<T> agenda;
        private final AtomicBoolean isCalled = new AtomicBoolean();
        private volatile T member;

        // Under the lock.
        private long due;
        private long slot = NOWHERE;
        private boolean isKnown;

        private Entry(Agenda<T> agenda, T member) {
            this.agenda = agenda;
            this.member = member;
        }

        /** Has the next round visit it, whenever it was to be visited; by any thread, at any time, at little cost. */
        public void call() {
            if (!isCalled.get() && isCalled.compareAndSet(false, true)) {
                agenda.called.add(this);
            }
        }

        /** Takes it off the agenda: a visit that is under way goes on, another one does not begin. */
        public void remove() {
            member = null;
        }
    }
}
