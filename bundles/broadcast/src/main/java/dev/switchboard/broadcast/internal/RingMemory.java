package dev.switchboard.broadcast.internal;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all rings of a broadcaster hold together, and how many they may. Safe for use by many threads. */
final class RingMemory {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    RingMemory(long limit) {
        this.limit = limit;
    }

    void add(long bytes) {
        used.addAndGet(bytes);
    }

    long used() {
        return used.get();
    }

    boolean isExceeded() {
        return used.get() > limit;
    }
}
