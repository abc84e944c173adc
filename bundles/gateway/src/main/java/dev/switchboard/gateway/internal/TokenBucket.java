package dev.switchboard.gateway.internal;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Allows so many requests a second, and so many at once. Used by one thread at a time. */
final class TokenBucket {
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private double tokens;
    private long filledAt;
    private boolean begun;

    TokenBucket(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a token, of which there are as many at once as a second brings.
     *
     * @param perSecond the limit as it is now; 0 for none
     * @return empty if there was one, otherwise how many milliseconds it takes until there is one
     */
    OptionalLong take(int perSecond) {
        return perSecond == 0 ? OptionalLong.empty() : take(perSecond, perSecond);
    }

    /**
     * Takes a token.
     *
     * @param perSecond more than 0
     * @param burst how many there are at once after a while of rest
     * @return empty if there was one, otherwise how many milliseconds it takes until there is one
     */
    OptionalLong take(double perSecond, int burst) {
        OptionalLong wait = wait(perSecond, burst);
        tokens -= wait.isEmpty() ? 1 : 0;
        return wait;
    }

    /** As {@link #take(double, int)}, without taking one. */
    OptionalLong wait(double perSecond, int burst) {
        fill(perSecond, burst);
        return tokens >= 1 ? OptionalLong.empty() : OptionalLong.of((long) Math.ceil((1 - tokens) / perSecond * 1000));
    }

    /** Whether it has rested for so long that it is as good as a new one. */
    boolean isFull(double perSecond, int burst) {
        fill(perSecond, burst);
        return tokens >= burst;
    }

    private void fill(double perSecond, int burst) {
        long now = nanoTime.getAsLong();
        tokens = begun ? Math.min(burst, tokens + (now - filledAt) / NANOS * perSecond) : burst;
        filledAt = now;
        begun = true;
    }
}
