package dev.switchboard.messagelog.file.internal;

import dev.switchboard.metrics.Histogram;
import dev.switchboard.metrics.MetricSink;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What the log counts since the server started. Used by many threads. */
final class LogFigures {
    /** From memory in the kernel to a disk that stalls, in seconds. */
    private static final double[] SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };

    private final Histogram appends = new Histogram(SECONDS);
    private final Histogram syncs = new Histogram(SECONDS);
    private final LongAdder syncFailures = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder removedSegments = new LongAdder();
    private final LongAdder removedBytes = new LongAdder();
    private final Set<Path> stuck = ConcurrentHashMap.newKeySet();

    /**
     * Records were appended with one call.
     *
     * @param size of their lines, in bytes
     * @param nanos how long it took
     */
    void appended(int count, long size, long nanos) {
        appends.add(seconds(nanos));
        records.add(count);
        bytes.add(size);
    }

    /** A segment was forced to the disk, or could not be. */
    void synced(boolean done, long nanos) {
        if (done) {
            syncs.add(seconds(nanos));
        } else {
            syncFailures.increment();
        }
    }

    private static double seconds(long nanos) {
        return (double) nanos / TimeUnit.SECONDS.toNanos(1);
    }

    /** Something could not be done with a log. */
    void failed() {
        failures.increment();
    }

    void damaged() {
        damaged.increment();
    }

    /** @param size of the segment, in bytes */
    void removed(long size) {
        removedSegments.increment();
        removedBytes.add(size);
    }

    long failures() {
        return failures.sum();
    }

    long removedSegments() {
        return removedSegments.sum();
    }

    long removedBytes() {
        return removedBytes.sum();
    }

    /** @param now whether something in the log of this directory is past its time and cannot be deleted */
    void stuck(Path log, boolean now) {
        if (now) {
            stuck.add(log);
        } else {
            stuck.remove(log);
        }
    }

    /** Of how many logs something cannot be deleted. */
    int stuck() {
        return stuck.size();
    }

    void collect(MetricSink sink) {
        sink.histogram(
                "log_append_seconds",
                "How long calls that append records take, syncing included where log.durability is always.",
                Map.of(),
                appends.distribution());
        sink.histogram(
                "log_sync_seconds", "How long it takes to sync a segment to the disk.", Map.of(), syncs.distribution());
        sink.counter("log_sync_failures_total", "Syncs that failed.", Map.of(), syncFailures.sum());
        sink.counter("log_records_appended_total", "Records appended to logs.", Map.of(), records.sum());
        sink.counter("log_appended_bytes_total", "Bytes appended to logs.", Map.of(), bytes.sum());
        sink.counter(
                "log_failures_total", "Appends, reads and other uses of a log that failed.", Map.of(), failures.sum());
        sink.counter("log_records_damaged_total", "Times that a damaged record was met.", Map.of(), damaged.sum());
        sink.counter("log_segments_removed_total", "Segments deleted by retention.", Map.of(), removedSegments.sum());
        sink.counter("log_removed_bytes_total", "Bytes deleted by retention.", Map.of(), removedBytes.sum());
    }
}
