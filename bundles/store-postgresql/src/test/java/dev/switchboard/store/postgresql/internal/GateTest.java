package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    /** A call that is inside until it may leave. */
    private CompletableFuture<Void> call(Gate gate) throws InterruptedException {
        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> gate.pass(() -> {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return events.add("left");
        }));
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        return call;
    }

    @Test
    @DisplayName("S2 a store is closed once, and refuses every call from then on")
    void closesOnce() {
        Gate gate = new Gate("project store");
        assertEquals("passed", gate.pass(() -> "passed"));
        assertFalse(gate.isClosed());
        assertFalse(gate.awaitClosed(Duration.ofMillis(1)));
        for (int i = 0; i < 2; i++) {
            gate.close(() -> events.add("given up"), () -> events.add("closed"));
        }
        assertEquals(List.of("closed"), events);
        assertTrue(gate.awaitClosed(Duration.ZERO));
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> gate.pass(() -> "passed"));
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refusal.code());
        assertEquals("the project store is closed; try again when it is open", refusal.getMessage());
    }

    @Test
    @DisplayName("S2 the end of a store waits for a call that has begun")
    void waits() throws Exception {
        Gate gate = new Gate("message log", LONG);
        CompletableFuture<Void> call = call(gate);
        CompletableFuture<Void> end =
                CompletableFuture.runAsync(() -> gate.close(() -> events.add("given up"), () -> events.add("closed")));
        assertFalse(gate.awaitClosed(Duration.ofMillis(50)));
        leave.countDown();
        CompletableFuture.allOf(call, end).get(20, TimeUnit.SECONDS);
        assertEquals(List.of("left", "closed"), events);
    }

    @Test
    @DisplayName("S2 X8 a call that takes too long is given up, and waited for all the same")
    void givesUp() throws Exception {
        Gate gate = new Gate("message log", Duration.ofMillis(1));
        CompletableFuture<Void> call = call(gate);
        gate.close(
                () -> {
                    events.add("given up");
                    leave.countDown();
                },
                () -> events.add("closed"));
        call.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("given up", "left", "closed"), events);
    }
}
