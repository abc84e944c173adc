package dev.switchboard.execution.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Watches how long a run takes and how long it has been silent. The time in which the agent waits for a person's answer
 * counts as neither. Used only on the project's serial executor.
 */
final class Watchdog {
    /** Does something on the project's executor after a while. */
    interface Timer {
        Future<?> after(Duration delay, Runnable task);
    }

    private final Timer timers;
    private final LongSupplier nanos;
    private final Duration limit;
    private final Duration silence;
    private final Consumer<String> bite;

    private final long created;
    private long startedAt;
    private long aliveAt;
    private long waitingSince;
    private long waited;
    private boolean waiting;
    private boolean running;
    private Future<?> timer;

    /**
     * @param nanos tells the time in nanoseconds from an arbitrary moment
     * @param limit of the run; zero means none
     * @param silence the longest time without a sign of life; zero means none
     * @param bite told, once, which limit was passed
     */
    Watchdog(Timer timers, LongSupplier nanos, Duration limit, Duration silence, Consumer<String> bite) {
        this.timers = timers;
        this.nanos = nanos;
        this.created = nanos.getAsLong();
        this.limit = limit;
        this.silence = silence;
        this.bite = bite;
    }

    void start() {
        if (running) {
            return;
        }
        running = true;
        startedAt = nanos.getAsLong();
        aliveAt = startedAt;
        check();
    }

    void stop() {
        running = false;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** The agent showed a sign of life. */
    void alive() {
        aliveAt = nanos.getAsLong();
    }

    /** Whether the agent waits for a person now. */
    void waiting(boolean now) {
        if (now == waiting) {
            return;
        }
        waiting = now;
        if (now) {
            waitingSince = nanos.getAsLong();
        } else {
            waited += nanos.getAsLong() - waitingSince;
            alive();
            check();
        }
    }

    /** Whether a person's answer is being waited for. */
    boolean isWaiting() {
        return waiting;
    }

    /** How long the run has existed. */
    Duration elapsed() {
        return Duration.ofNanos(nanos.getAsLong() - created);
    }

    private void check() {
        if (timer != null) {
            timer.cancel(false);
        }
        if (!running || waiting) {
            return;
        }
        long now = nanos.getAsLong();
        long untilLimit = remaining(limit, now - startedAt - waited);
        long untilSilence = remaining(silence, now - aliveAt);
        if (untilLimit <= 0) {
            bite.accept("execution timed out after " + limit.toMillis() + " ms");
        } else if (untilSilence <= 0) {
            bite.accept("execution timed out: the agent was silent for " + silence.toSeconds() + " s");
        } else if (Math.min(untilLimit, untilSilence) < Long.MAX_VALUE) {
            // One millisecond more than needed, because the scheduler rounds down.
            Duration next = Duration.ofNanos(Math.min(untilLimit, untilSilence)).plusMillis(1);
            timer = timers.after(next, this::check);
        }
    }

    private static long remaining(Duration bound, long used) {
        return bound.isZero() ? Long.MAX_VALUE : bound.toNanos() - used;
    }
}
