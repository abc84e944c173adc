package dev.switchboard.execution.internal;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Watches how long a run takes and how long it has been silent. The time in which the agent waits for a person's answer
 * counts as neither. Used only on the project's serial executor.
 */
final class Watchdog {
    private final Services services;
    private final Executor serial;
    private final Duration limit;
    private final Duration silence;
    private final Consumer<String> bite;

    private final long created = System.nanoTime();
    private long startedAt;
    private long aliveAt;
    private long waitingSince;
    private long waited;
    private boolean waiting;
    private boolean running;
    private Future<?> timer;

    /**
     * @param limit of the run; zero means none
     * @param silence the longest time without a sign of life; zero means none
     * @param bite told, once, which limit was passed
     */
    Watchdog(Services services, Executor serial, Duration limit, Duration silence, Consumer<String> bite) {
        this.services = services;
        this.serial = serial;
        this.limit = limit;
        this.silence = silence;
        this.bite = bite;
    }

    void start() {
        if (running) {
            return;
        }
        running = true;
        startedAt = System.nanoTime();
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
        aliveAt = System.nanoTime();
    }

    /** Whether the agent waits for a person now. */
    void waiting(boolean now) {
        if (now == waiting) {
            return;
        }
        waiting = now;
        if (now) {
            waitingSince = System.nanoTime();
        } else {
            waited += System.nanoTime() - waitingSince;
            alive();
            check();
        }
    }

    /** How long the run has existed. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - created);
    }

    private void check() {
        if (timer != null) {
            timer.cancel(false);
        }
        if (!running || waiting) {
            return;
        }
        long now = System.nanoTime();
        long untilLimit = remaining(limit, now - startedAt - waited);
        long untilSilence = remaining(silence, now - aliveAt);
        if (untilLimit <= 0) {
            bite.accept("execution timed out after " + limit.toMillis() + " ms");
        } else if (untilSilence <= 0) {
            bite.accept("execution timed out: the agent was silent for " + silence.toSeconds() + " s");
        } else if (Math.min(untilLimit, untilSilence) < Long.MAX_VALUE) {
            // One millisecond more than needed, because the scheduler rounds down.
            Duration next = Duration.ofNanos(Math.min(untilLimit, untilSilence)).plusMillis(1);
            timer = services.after(next, serial, this::check);
        }
    }

    private static long remaining(Duration bound, long used) {
        return bound.isZero() ? Long.MAX_VALUE : bound.toNanos() - used;
    }
}
