package dev.switchboard.gateway.internal;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Allows so many requests a second, and as many at once. Used by one thread at a time. */
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
     * Takes a token.
     *
     * @param perSecond the limit as it is now; 0 for none
     * @return empty if there was one, otherwise how many milliseconds it takes until there is one
     */
    OptionalLong take(int perSecond) {
        if (perSecond == 0) {
            return OptionalLong.empty();
        }
        long now = nanoTime.getAsLong();
        tokens = begun ? Math.min(perSecond, tokens + (now - filledAt) / NANOS * perSecond) : perSecond;
        filledAt = now;
        begun = true;
        if (tokens >= 1) {
            tokens--;
            return OptionalLong.empty();
        }
        return OptionalLong.of((long) Math.ceil((1 - tokens) / perSecond * 1000));
    }
}
