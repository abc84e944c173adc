package dev.switchboard.messagelog.file.internal;

import dev.switchboard.concurrent.NamedThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through all logs now and then for what is past its time. */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final long CLOSE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-log-sweeper"));

    Sweeper(Runnable sweep, Duration period) {
        Runnable guarded = () -> {
            try {
                sweep.run();
            } catch (RuntimeException e) {
                LOG.warn("The logs could not be looked through for segments past their time", e);
            }
        };
        thread.scheduleWithFixedDelay(guarded, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the thread; a sweep that has begun ends first. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The sweep of the logs does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
