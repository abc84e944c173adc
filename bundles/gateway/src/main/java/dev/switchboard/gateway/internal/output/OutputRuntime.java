package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What all outboxes share.
 *
 * @param pool for reading the log and large content
 * @param timer for trying again
 */
public record OutputRuntime(
        Sources sources,
        Flusher flusher,
        Executor pool,
        ScheduledExecutorService timer,
        Traffic traffic,
        LongSupplier nanoTime,
        LogPages pages) {
    /** A log that is being swapped is back within some such time; who waits for it loses nothing by this. */
    private static final long RETRY_MILLIS = 100;

    public static OutputRuntime of(
            Sources sources,
            Flusher flusher,
            Executor pool,
            ScheduledExecutorService timer,
            Traffic traffic,
            LongSupplier nanoTime,
            Clock clock) {
        return new OutputRuntime(
                sources, flusher, pool, timer, traffic, nanoTime, new LogPages(sources, clock, nanoTime));
    }

    /** Lets go of memory that has not been of use for a while; to be called every few seconds. */
    public void tidy() {
        pages.tidy();
    }

    /** The memory that pages of logs take which are kept for a crowd, in bytes. */
    public long sharedPageBytes() {
        return pages.sharedBytes();
    }

    /** The project's log is another one, or is gone. */
    public void forget(ProjectId project) {
        pages.forget(project);
    }

    void later(Runnable task) {
        try {
            timer.schedule(task, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            Thread.yield(); // the gateway is going; nobody waits any more
        }
    }
}
