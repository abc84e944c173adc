package dev.switchboard.messagelog.file.internal;

import dev.switchboard.metrics.MetricSink;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the log counts since the server started. Used by many threads. */
final class LogFigures {
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder removedSegments = new LongAdder();
    private final LongAdder removedBytes = new LongAdder();
    private final Set<Path> stuck = ConcurrentHashMap.newKeySet();

    /** @param size of their lines, in bytes */
    void appended(int count, long size) {
        records.add(count);
        bytes.add(size);
    }

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
        sink.counter("log_records_appended", "Records appended to logs.", Map.of(), records.sum());
        sink.counter("log_appended_bytes", "Bytes appended to logs.", Map.of(), bytes.sum());
        sink.counter("log_append_failures", "Appends that failed.", Map.of(), failures.sum());
        sink.counter("log_records_damaged", "Times that a damaged record was met.", Map.of(), damaged.sum());
        sink.counter("log_segments_removed", "Segments deleted by retention.", Map.of(), removedSegments.sum());
        sink.counter("log_removed_bytes", "Bytes deleted by retention.", Map.of(), removedBytes.sum());
    }
}
