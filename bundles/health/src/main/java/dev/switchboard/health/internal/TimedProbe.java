package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a probe within a bound of time. While one run hangs no other begins, so that a probe takes one thread at most.
 * Used by the sampling thread alone.
 */
final class TimedProbe {
    private static final Logger LOG = LoggerFactory.getLogger(TimedProbe.class);

    private final Probe probe;
    private final Duration bound;
    private Future<Check> run;
    private long deadline;
    private boolean failed;

    TimedProbe(Probe probe, Duration bound) {
        this.probe = probe;
        this.bound = bound;
    }

    String name() {
        return probe.name();
    }

    /** Begins a run unless one hangs; does not wait. */
    void start(ExecutorService pool) {
        if (run == null || run.isDone()) {
            deadline = System.nanoTime() + bound.toNanos();
            run = pool.submit(probe::check);
        }
    }

    /**
     * The result of the run that {@link #start} began, once it is there; at once if it is late already.
     *
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Check result() throws InterruptedException {
        try {
            Check result = run.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            failed = false;
            return result;
        } catch (TimeoutException e) {
            return failure("does not answer within " + bound.toMillis() + " ms", null);
        } catch (ExecutionException e) {
            return failure("the check itself failed; the server's log says why", e.getCause());
        }
    }

    private Check failure(String message, Throwable cause) {
        if (!failed) {
            LOG.warn("check {}: {}", probe.name(), message, cause);
        }
        failed = true;
        return Checks.of(CheckStatus.ERROR, message);
    }
}
