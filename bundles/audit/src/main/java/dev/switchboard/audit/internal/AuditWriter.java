package dev.switchboard.audit.internal;

import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.audit.internal.AuditFiles.Bounds;
import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.logging.LogContext;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines by a thread of its own, so that a disk that takes its time keeps no client waiting. What it does not keep up
 * with, or cannot write, is lost and counted; once it can write again, the first record says how many those are.
 */
final class AuditWriter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    /** Some seconds of what a busy server records; a few MB. */
    private static final int QUEUE = 4096;

    private static final int BATCH = 256;

    /** Wakes the thread without being anything. */
    private static final byte[] WAKE = {};

    private static final long RETAIN_HOURS = 1;
    private static final long STOP_SECONDS = 5;

    private final AuditFiles files;
    private final Supplier<Bounds> bounds;
    private final Clock clock;
    private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>(QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread = new NamedThreads("switchboard-audit").newThread(this::run);
    private volatile boolean failing;
    private volatile boolean closing;

    AuditWriter(AuditFiles files, Supplier<Bounds> bounds, Clock clock) {
        this.files = files;
        this.bounds = bounds;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /** Hands a line over; never waits. */
    void write(byte[] line) {
        if (!queue.offer(line) && line != WAKE) {
            lost.incrementAndGet();
        }
    }

    /** Whether records have been lost that no record tells of yet. */
    boolean isLosing() {
        return failing || lost.get() > 0;
    }

    /** Writes what has been handed over, and ends; bounded. */
    void close() {
        closing = true;
        write(WAKE); // an interrupt would close the file under what is being written
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            long nextRetain = System.nanoTime();
            while (!closing) {
                byte[] first = queue.poll(1, TimeUnit.MINUTES);
                if (first != null) {
                    writeWith(first);
                }
                if (System.nanoTime() - nextRetain >= 0) {
                    nextRetain = System.nanoTime() + TimeUnit.HOURS.toNanos(RETAIN_HOURS);
                    retain();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; what is left is written all the same
        }
        for (byte[] rest = queue.poll(); rest != null; rest = queue.poll()) {
            writeWith(rest);
        }
        files.close();
    }

    private void writeWith(byte[] first) {
        List<byte[]> lines = new ArrayList<>();
        lines.add(first);
        queue.drainTo(lines, BATCH - 1);
        long missing = lost.get();
        List<byte[]> batch = new ArrayList<>(lines);
        if (missing > 0) {
            batch.add(0, confession(missing));
        }
        try {
            files.append(batch, bounds.get());
            lost.addAndGet(-missing);
            if (failing) {
                LOG.info("audit records can be written again");
            }
            failing = false;
            files.force();
        } catch (IOException | RuntimeException e) { // the thread must not end of it
            fail(lines.size(), e);
        }
    }

    private void fail(int records, Exception e) {
        lost.addAndGet(records);
        if (!failing) {
            LOG.error("audit records cannot be written, and are lost until they can", e);
        }
        failing = true;
    }

    private byte[] confession(long missing) {
        AuditRecord entry = AuditRecord.of("records_lost", AuditActor.SERVER).with("count", Long.toString(missing));
        return AuditLine.of(entry, clock.instant(), LogContext.NONE, false);
    }

    private void retain() {
        try {
            files.retain(bounds.get());
        } catch (IOException | RuntimeException e) {
            LOG.warn("old files of the audit log cannot be removed", e);
        }
    }
}
