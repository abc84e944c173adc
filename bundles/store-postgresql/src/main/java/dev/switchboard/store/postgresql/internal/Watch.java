package dev.switchboard.store.postgresql.internal;

import dev.switchboard.concurrent.NamedThreads;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that looks after an open store. */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long CLOSE_SECONDS = 5;

    private final Runnable giveUp;
    private final ScheduledThreadPoolExecutor thread;

    /** @param giveUp when the watch ends: has what it does just now wait for the database no longer */
    Watch(String name, Runnable giveUp) {
        this.giveUp = giveUp;
        thread = new ScheduledThreadPoolExecutor(1, new NamedThreads(name));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does something again and again, with so long a pause between the end of one time and the beginning of the next. */
    void every(long millis, long firstMillis, Runnable task) {
        thread.scheduleWithFixedDelay(guarded(task), firstMillis, millis, TimeUnit.MILLISECONDS);
    }

    /** Does something soon. */
    void soon(Runnable task) {
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("The store is being closed");
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("Looking after the store failed; it is tried again", e);
            }
        };
    }

    /** Ends the thread; what it does just now ends first, or is given up. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("What looks after the store waits for the database while that is closed; it is given up");
                giveUp.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
