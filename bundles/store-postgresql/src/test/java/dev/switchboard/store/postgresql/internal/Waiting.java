package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never for time to pass. */
final class Waiting {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

    private Waiting() {}

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("the condition did not come true in time");
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
