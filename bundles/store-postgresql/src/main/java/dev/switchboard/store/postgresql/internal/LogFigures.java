package dev.switchboard.store.postgresql.internal;

import dev.switchboard.metrics.Histogram;
import dev.switchboard.metrics.MetricSink;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What the log counts since the server started. Used by many threads. */
final class LogFigures {
    /** From a database on this machine to one that hangs, in seconds. */
    private static final double[] SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final Histogram transactions = new Histogram(SECONDS);
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final LongAdder removed = new LongAdder();

    /** A transaction with records was committed; it took so long. */
    void committed(long nanos) {
        transactions.add((double) nanos / TimeUnit.SECONDS.toNanos(1));
    }

    /** @param size of their contents, in bytes */
    void appended(int count, long size) {
        records.add(count);
        bytes.add(size);
    }

    /** Something could not be done with a log. */
    void failed() {
        failures.increment();
    }

    /** A connection that owned something was lost. */
    void lost() {
        losses.increment();
    }

    /** Records were removed by retention. */
    void removed(long count) {
        removed.add(count);
    }

    long failures() {
        return failures.sum();
    }

    long losses() {
        return losses.sum();
    }

    long removedRecords() {
        return removed.sum();
    }

    /** @param connections how many there are to read with */
    void collect(MetricSink sink, int connections, boolean connected) {
        sink.histogram(
                "postgresql_commit_seconds",
                "How long transactions take that append records.",
                Map.of(),
                transactions.distribution());
        sink.counter("postgresql_records_appended_total", "Records appended to logs.", Map.of(), records.sum());
        sink.counter("postgresql_appended_bytes_total", "Bytes of contents appended to logs.", Map.of(), bytes.sum());
        sink.counter(
                "postgresql_failures_total",
                "Appends, reads and other uses of a log that failed.",
                Map.of(),
                failures.sum());
        sink.counter(
                "postgresql_connections_lost_total",
                "Times that the connection was lost that owns the messages.",
                Map.of(),
                losses.sum());
        sink.counter("postgresql_records_removed_total", "Records removed by retention.", Map.of(), removed.sum());
        sink.gauge("postgresql_read_connections", "Connections to read with.", Map.of(), connections);
        sink.gauge(
                "postgresql_connected",
                "Whether the messages are owned: 1 if they are, 0 if not.",
                Map.of(),
                connected ? 1 : 0);
    }
}
