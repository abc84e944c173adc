package dev.switchboard.cleanup.internal;

import dev.switchboard.concurrent.NamedThreads;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does something later, on one thread. */
interface CleanupTimer extends AutoCloseable {
    /** @throws RejectedExecutionException if it is closed */
    Future<?> after(Duration delay, Runnable task);

    /** Interrupts what is being done, and does nothing more. */
    @Override
    void close();

    static CleanupTimer ofOneThread() {
        ScheduledThreadPoolExecutor thread =
                new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-cleanup"));
        thread.setRemoveOnCancelPolicy(true);
        return new CleanupTimer() {
            @Override
            public Future<?> after(Duration delay, Runnable task) {
                return thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {
                thread.shutdownNow();
            }
        };
    }
}
