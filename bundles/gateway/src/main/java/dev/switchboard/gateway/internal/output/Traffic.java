package dev.switchboard.gateway.internal.output;

import dev.switchboard.connection.ConnectionStatus.Volume;
import java.util.concurrent.atomic.LongAdder;

/** Counts what comes and goes: over all connections, or as a part of that over one. Safe for use by many threads. */
public final class Traffic {
    /** What is counted here is counted there too; null if this is the whole. */
    private final Traffic whole;

    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder slowCloses = new LongAdder();

    public Traffic() {
        this(null);
    }

    private Traffic(Traffic whole) {
        this.whole = whole;
    }

    /** A part of this, of its own. */
    Traffic part() {
        return new Traffic(this);
    }

    public void received(long bytes) {
        messagesReceived.increment();
        bytesReceived.add(bytes);
        if (whole != null) {
            whole.received(bytes);
        }
    }

    void sent(long messages, long bytes) {
        messagesSent.add(messages);
        bytesSent.add(bytes);
        if (whole != null) {
            whole.sent(messages, bytes);
        }
    }

    void slowClose() {
        slowCloses.increment();
    }

    public Volume received() {
        return new Volume(messagesReceived.sum(), bytesReceived.sum());
    }

    public Volume sent() {
        return new Volume(messagesSent.sum(), bytesSent.sum());
    }

    public long messagesReceived() {
        return messagesReceived.sum();
    }

    public long bytesReceived() {
        return bytesReceived.sum();
    }

    public long messagesSent() {
        return messagesSent.sum();
    }

    public long bytesSent() {
        return bytesSent.sum();
    }

    /** Connections that were closed because they did not fetch their replies. */
    public long slowCloses() {
        return slowCloses.sum();
    }
}
