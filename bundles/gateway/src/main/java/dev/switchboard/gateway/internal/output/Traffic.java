package dev.switchboard.gateway.internal.output;

import java.util.concurrent.atomic.LongAdder;

/** Counts what comes and goes. Safe for use by many threads. */
public final class Traffic {
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder slowCloses = new LongAdder();

    public void received(long bytes) {
        messagesReceived.increment();
        bytesReceived.add(bytes);
    }

    void sent(long messages, long bytes) {
        messagesSent.add(messages);
        bytesSent.add(bytes);
    }

    void slowClose() {
        slowCloses.increment();
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
