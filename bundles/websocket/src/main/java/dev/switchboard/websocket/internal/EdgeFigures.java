package dev.switchboard.websocket.internal;

import dev.switchboard.metrics.MetricSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the edge counts. */
final class EdgeFigures {
    private static final String OTHER = "other";
    private static final Map<Integer, String> CAUSES = Map.of(
            1000, "normal",
            1001, "going_away",
            1006, "lost",
            1008, "policy",
            1009, "too_large",
            1013, "slow");

    final LongAdder messagesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder opened = new LongAdder();
    private final Map<String, LongAdder> closed = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> refused = new ConcurrentHashMap<>();

    /** Each cause is there from the beginning: what appears with its first event does not seem to grow by it. */
    EdgeFigures() {
        CAUSES.values().forEach(cause -> closed.put(cause, new LongAdder()));
        closed.put(OTHER, new LongAdder());
    }

    void closed(int code) {
        closed.get(CAUSES.getOrDefault(code, OTHER)).increment();
    }

    /** A request was answered with an error status. */
    void refused(int status) {
        refused.computeIfAbsent(status, key -> new LongAdder()).increment();
    }

    void collect(MetricSink sink, int connections) {
        sink.gauge("websocket_connections", "Connections that are open.", Map.of(), connections);
        sink.counter("websocket_opened_total", "Connections that were opened.", Map.of(), opened.sum());
        closed.forEach((cause, count) -> sink.counter(
                "websocket_closed_total", "Connections that were closed.", Map.of("cause", cause), count.sum()));
        refused.forEach((status, count) -> sink.counter(
                "http_refused_total",
                "Requests that were turned away.",
                Map.of("status", status.toString()),
                count.sum()));
        sink.counter("websocket_messages_received_total", "Messages from clients.", Map.of(), messagesReceived.sum());
        sink.counter(
                "websocket_received_bytes_total",
                "Payload from clients, of control frames too.",
                Map.of(),
                bytesReceived.sum());
        sink.counter("socket_sent_bytes_total", "Bytes written to all sockets.", Map.of(), bytesSent.sum());
    }
}
