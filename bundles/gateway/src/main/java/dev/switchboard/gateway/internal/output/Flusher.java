package dev.switchboard.gateway.internal.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that sends for all sessions. It works in passes. While records are streamed to many they are {@value #PAUSE_MICROS} µs
 * apart, so that many frames go out with one write; for a few, less than that, for their writes cost little. Replies to requests, of
 * which each goes to another session, gain nothing by waiting, and hardly count. After a rest, up to {@value #BURST} of the longest
 * pauses' worth of passes follow each other at once, so that a short turn is shown without waiting.
 * (The pace is that of the generic cell rate algorithm, ITU-T I.371.)
 */
public final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    /** The longest: halves the cost at 1,000 messages a second and adds a delay that nobody sees. */
    static final long PAUSE_MICROS = 2000;
    /** How many passes for many need no pause, after as many pauses' time without any. */
    static final int BURST = 8;

    /** What a session's replies count for: at 10,000 a second there are pauses after all, and a wake-up serves many. */
    private static final long REPLY_MICROS = 100;

    /** What a session counts for that records are streamed to: ten of them make the longest pause. */
    private static final long STREAM_MICROS = 200;

    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(PAUSE_MICROS);
    private static final long STREAM = TimeUnit.MICROSECONDS.toNanos(STREAM_MICROS);
    private static final long REPLY = TimeUnit.MICROSECONDS.toNanos(REPLY_MICROS);

    private final Queue<Outbox> ready = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean sleeping;
    private volatile boolean stopped;
    private volatile boolean finished;

    public Flusher() {
        thread = new Thread(this::run, "switchboard-gateway-flusher");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Has an outbox looked at. Never blocks; the caller sees to it that it is not asked for twice. */
    void schedule(Outbox outbox) {
        ready.add(outbox);
        if (sleeping) {
            LockSupport.unpark(thread);
        }
        if (finished) {
            flushLate();
        }
    }

    /** Connections that end when the thread has ended still have to let everything go. */
    private void flushLate() {
        for (Outbox outbox = ready.poll(); outbox != null; outbox = ready.poll()) {
            outbox.flush();
        }
    }

    /** Ends the thread after one last pass; waits for that no longer than a second. */
    public void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long due = System.nanoTime();
        List<Outbox> pass = new ArrayList<>();
        while (!stopped) {
            if (awaitWork()) {
                awaitTime(due - BURST * PAUSE);
                long begin = System.nanoTime();
                due = later(due, begin) + pass(pass);
            }
        }
        pass(pass);
        finished = true;
        flushLate();
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private boolean awaitWork() {
        if (!ready.isEmpty()) {
            return true;
        }
        sleeping = true;
        if (ready.isEmpty() && !stopped) {
            LockSupport.park(this);
        }
        sleeping = false;
        return !ready.isEmpty();
    }

    private void awaitTime(long time) {
        for (long left = time - System.nanoTime(); left > 0 && !stopped; left = time - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Serves who is ready; tells how long that is to be the only pass, in nanoseconds. */
    private long pass(List<Outbox> pass) {
        // Taken out first: whoever wants more while this pass goes on gets it with the next.
        for (Outbox outbox = ready.poll(); outbox != null; outbox = ready.poll()) {
            pass.add(outbox);
        }
        long pause = 0;
        for (Outbox outbox : pass) {
            pause += outbox.isStreaming() ? STREAM : REPLY;
            try {
                outbox.flush();
            } catch (RuntimeException | Error e) {
                // This is the only thread that sends: it must outlive whatever one connection does to it.
                LOG.error("a connection could not be served", e);
            }
        }
        pass.clear();
        return Math.min(pause, PAUSE);
    }
}
