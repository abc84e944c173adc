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

    /** What a run whose time was up while nobody followed it still gets, to show that its agent had ended by itself. */
    static final Duration LAST_CHANCE = Duration.ofSeconds(10);

    private final Timer timers;
    private final LongSupplier nanos;
    private final Duration silence;
    private final Consumer<String> bite;

    private Duration limit = Duration.ZERO;
    private long startedAt;
    private long aliveAt;
    private long waitingSince;
    private long waited;
    private boolean waiting;
    private boolean unheard;
    private boolean running;
    private Future<?> timer;

    /**
     * @param nanos tells the time in nanoseconds from an arbitrary moment
     * @param silence the longest time without a sign of life; zero means none
     * @param bite told, once, which limit was passed
     */
    Watchdog(Timer timers, LongSupplier nanos, Duration silence, Consumer<String> bite) {
        this.timers = timers;
        this.nanos = nanos;
        this.startedAt = nanos.getAsLong();
        this.silence = silence;
        this.bite = bite;
    }

    /**
     * Begins to watch; does nothing if it does so already.
     *
     * @param longest that the run may take; zero means without end
     * @param already how much of that is over, because an earlier server began the run
     */
    void start(Duration longest, Duration already) {
        if (running) {
            return;
        }
        running = true;
        limit = longest;
        aliveAt = nanos.getAsLong();
        startedAt = aliveAt - already.toNanos();
        if (!limit.isZero() && !already.isZero()) {
            waited = Math.max(0, already.minus(limit).plus(LAST_CHANCE).toNanos());
        }
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

    /** Whether nobody listens to the agent just now, so that its silence means nothing. */
    void unheard(boolean now) {
        if (now == unheard) {
            return;
        }
        unheard = now;
        alive();
        check();
    }

    /** Whether a person's answer is being waited for. */
    boolean isWaiting() {
        return waiting;
    }

    /** How long the run has existed. */
    Duration elapsed() {
        return Duration.ofNanos(nanos.getAsLong() - startedAt);
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
        long untilSilence = unheard ? Long.MAX_VALUE : remaining(silence, now - aliveAt);
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
