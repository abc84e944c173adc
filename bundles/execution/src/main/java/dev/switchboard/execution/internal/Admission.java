package dev.switchboard.execution.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.metrics.Histogram;
import dev.switchboard.metrics.MetricSink.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Lets runs begin as long as there is room for them, and counts them. Safe for use by many threads. */
final class Admission {
    /** From a warm agent's short answer to an hour of work. */
    private static final double[] SECONDS = {0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600};

    private final Configuration configuration;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Consumer<Permit>> waiters = new ArrayDeque<>();
    private int active;
    private final LongAdder begun = new LongAdder();
    private final Map<Result, Histogram> durations = new EnumMap<>(Result.class);
    private final AtomicBoolean diskFull = new AtomicBoolean();
    private volatile boolean closed;

    Admission(Configuration configuration) {
        this.configuration = configuration;
        for (Result result : Result.values()) {
            durations.put(result, new Histogram(SECONDS));
        }
    }

    /** The right to one run; given back once, at its end. */
    final class Permit {
        private final AtomicBoolean released = new AtomicBoolean();

        private Permit() {}

        /** The run has begun. */
        void begin() {
            begun.increment();
        }

        /** The run has not begun after all. */
        void cancel() {
            if (released.compareAndSet(false, true)) {
                makeRoom();
            }
        }

        /** The run has ended; later calls do nothing. */
        void release(Result result, Duration duration) {
            if (released.compareAndSet(false, true)) {
                durations.get(result).add((double) duration.toMillis() / TimeUnit.SECONDS.toMillis(1));
                makeRoom();
            }
        }
    }

    /** Takes a permit, or fails with {@code RESOURCE_LIMIT}. */
    Permit acquire() {
        requireOpen();
        lock.lock();
        try {
            if (!hasRoom()) {
                int limit = limit();
                throw new SwitchboardException(
                        ErrorCode.RESOURCE_LIMIT,
                        "all " + limit + " parallel runs are taken; wait for one to end",
                        Map.of("resource", "executions", "limit", limit, "current", active));
            }
            return take();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a permit, or gets one when there is room: who waits is served in the order of the calls, before anybody who does not
     * wait, and one run's end wakes one of them.
     *
     * @param waiter called once, by any thread, if nothing was returned; who does not want the permit any more cancels it
     */
    Optional<Permit> acquireOrWait(Consumer<Permit> waiter) {
        requireOpen();
        lock.lock();
        try {
            if (hasRoom()) {
                return Optional.of(take());
            }
            waiters.add(waiter);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new SwitchboardException(ErrorCode.SERVICE_UNAVAILABLE, "the server is being stopped");
        }
    }

    private int limit() {
        return configuration.settings().get(ServerSettings.LIMITS_EXECUTIONS);
    }

    private boolean hasRoom() {
        int limit = limit();
        return limit == 0 || active < limit;
    }

    private Permit take() {
        if (active == 0) {
            diskFull.set(false); // that nobody could write before it is no fault of this run
        }
        active++;
        return new Permit();
    }

    private void makeRoom() {
        lock.lock();
        try {
            active--;
        } finally {
            lock.unlock();
        }
        serveWaiters();
    }

    /** Serves those who wait, as far as there is room: also to be called when the limit may be another one. */
    void serveWaiters() {
        while (true) {
            Consumer<Permit> waiter;
            Permit permit;
            lock.lock();
            try {
                if (closed || waiters.isEmpty() || !hasRoom()) {
                    return;
                }
                waiter = waiters.remove();
                permit = take();
            } finally {
                lock.unlock();
            }
            waiter.accept(permit);
        }
    }

    /** Whether no more runs may begin, because the server is being stopped. */
    boolean isClosed() {
        return closed;
    }

    /** Lets no more runs begin. */
    void close() {
        closed = true;
    }

    /** A permit for a run that exists already: it counts, and no limit holds it up. */
    Permit adopt() {
        lock.lock();
        try {
            return take();
        } finally {
            lock.unlock();
        }
    }

    /** Somebody could not write for want of space, so agents may not have been able to either. */
    void diskWasFull() {
        diskFull.set(true);
    }

    /** Whether a run is active. */
    boolean hasRuns() {
        return active() > 0;
    }

    /** Fails with {@code DISK_SPACE_LOW} if the disk was full since the last call, and as {@link #checkDisk}. */
    void checkDiskSince() {
        if (diskFull.getAndSet(false)) {
            throw low(0);
        }
        checkDisk();
    }

    /** Fails with {@code DISK_SPACE_LOW} if there is less free space than the reserve. */
    void checkDisk() {
        long free = freeBytes(Path.of(configuration.settings().get(ServerSettings.DATA_DIR)));
        if (free < reserve()) {
            throw low(free);
        }
    }

    private long reserve() {
        return configuration.settings().get(ServerSettings.DISK_RESERVE_BYTES);
    }

    private SwitchboardException low(long free) {
        return new SwitchboardException(
                ErrorCode.DISK_SPACE_LOW,
                "the server's disk has less free space than its reserve; free some, then try again",
                Map.of("resource", "disk", "limit", reserve(), "current", free));
    }

    ExecutionStats stats() {
        long ended = 0;
        double seconds = 0;
        for (Histogram duration : durations.values()) {
            ended += duration.count();
            seconds += duration.sum();
        }
        return new ExecutionStats(
                active(),
                begun.sum(),
                count(Result.COMPLETED),
                count(Result.FAILED) + count(Result.TIMED_OUT),
                ended == 0 ? 0 : Math.round(seconds * TimeUnit.SECONDS.toMillis(1) / ended));
    }

    private int active() {
        lock.lock();
        try {
            return active;
        } finally {
            lock.unlock();
        }
    }

    private long count(Result result) {
        return durations.get(result).count();
    }

    /** How long runs took that ended with a result, in seconds. */
    Distribution durations(Result result) {
        return durations.get(result).distribution();
    }

    private static long freeBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            // Whether the medium works is for the stores to find out, with a better message than this could give.
            return Long.MAX_VALUE;
        }
    }
}
