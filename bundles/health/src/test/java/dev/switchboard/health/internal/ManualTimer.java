package dev.switchboard.health.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer that runs what is due when the test says so. */
final class ManualTimer extends ScheduledThreadPoolExecutor {
    private Due due;

    ManualTimer() {
        super(1);
    }

    /** How long what comes next would have waited; null if nothing comes. */
    Duration nextDelay() {
        return due == null || due.isDone() ? null : Duration.ofMillis(due.millis);
    }

    /** Lets the time pass until what comes next. */
    void fire() {
        Due task = due;
        due = null;
        task.run();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (isShutdown()) {
            throw new java.util.concurrent.RejectedExecutionException();
        }
        due = new Due(
                () -> {
                    task.run();
                    return null;
                },
                unit.toMillis(delay));
        return due;
    }

    private static final class Due extends FutureTask<Object> implements ScheduledFuture<Object> {
        private final long millis;

        Due(Callable<Object> task, long millis) {
            super(task);
            this.millis = millis;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(millis, TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(millis, other.getDelay(TimeUnit.MILLISECONDS));
        }
    }
}
