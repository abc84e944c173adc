package dev.switchboard.execution.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Lets runs begin as long as there is room for them, and counts them. Safe for use by many threads. */
final class Admission {
    private final Configuration configuration;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong total = new AtomicLong();
    private final LongAdder success = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder millis = new LongAdder();
    private volatile boolean closed;

    Admission(Configuration configuration) {
        this.configuration = configuration;
    }

    /** The right to one run; given back once, at its end. */
    final class Permit {
        private final AtomicBoolean released = new AtomicBoolean();

        private Permit() {}

        /** The run has not begun after all. */
        void cancel() {
            if (released.compareAndSet(false, true)) {
                active.decrementAndGet();
                total.decrementAndGet();
            }
        }

        /** The run has ended; later calls do nothing. */
        void release(ExecutionOutcome.Result result, Duration duration) {
            if (!released.compareAndSet(false, true)) {
                return;
            }
            active.decrementAndGet();
            ended.increment();
            millis.add(duration.toMillis());
            switch (result) {
                case COMPLETED -> success.increment();
                case FAILED, TIMED_OUT -> failed.increment();
                case KILLED, INTERRUPTED -> {}
            }
        }
    }

    /** Takes a permit, or fails with {@code RESOURCE_LIMIT}. */
    Permit acquire() {
        if (closed) {
            throw new SwitchboardException(ErrorCode.SERVICE_UNAVAILABLE, "the server is being stopped");
        }
        int limit = configuration.settings().get(ServerSettings.LIMITS_EXECUTIONS);
        int now = active.getAndUpdate(count -> limit > 0 && count >= limit ? count : count + 1);
        if (limit > 0 && now >= limit) {
            throw new SwitchboardException(
                    ErrorCode.RESOURCE_LIMIT,
                    "all " + limit + " parallel runs are taken; wait for one to end",
                    Map.of("resource", "executions", "limit", limit, "current", now));
        }
        total.incrementAndGet();
        return new Permit();
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
        active.incrementAndGet();
        total.incrementAndGet();
        return new Permit();
    }

    /** Fails with {@code DISK_SPACE_LOW} if there is less free space than the reserve. */
    void checkDisk() {
        long reserve = configuration.settings().get(ServerSettings.DISK_RESERVE_BYTES);
        long free = freeBytes(Path.of(configuration.settings().get(ServerSettings.DATA_DIR)));
        if (free < reserve) {
            throw new SwitchboardException(
                    ErrorCode.DISK_SPACE_LOW,
                    "the server's disk has less free space than its reserve; free some, then try again",
                    Map.of("resource", "disk", "limit", reserve, "current", free));
        }
    }

    ExecutionStats stats() {
        long count = ended.sum();
        return new ExecutionStats(
                active.get(), total.get(), success.sum(), failed.sum(), count == 0 ? 0 : millis.sum() / count);
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
