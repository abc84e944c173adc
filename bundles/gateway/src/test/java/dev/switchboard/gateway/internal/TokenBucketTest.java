package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C4 the token bucket")
class TokenBucketTest {
    private final AtomicLong nanos = new AtomicLong();
    private final TokenBucket bucket = new TokenBucket(nanos::get);

    private boolean take(int limit) {
        return bucket.take(limit).isEmpty();
    }

    @Test
    void allowsABurstAndThenTheRate() {
        for (int i = 0; i < 10; i++) {
            assertTrue(take(10));
        }
        assertEquals(100, bucket.take(10).orElseThrow());
        nanos.addAndGet(98_500_000);
        assertEquals(2, bucket.take(10).orElseThrow());
        nanos.addAndGet(1_600_000);
        assertTrue(take(10));
        assertEquals(false, take(10));
    }

    @Test
    void doesNotSaveUpMoreThanABurst() {
        take(5);
        nanos.addAndGet(1_000_000_000_000L);
        for (int i = 0; i < 5; i++) {
            assertTrue(take(5));
        }
        assertEquals(false, take(5));
    }

    @Test
    void knowsNoLimitAtZero() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(take(0));
        }
    }
}
