package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("C2 a session is called by one thread at a time")
class SessionCallsTest {
    private final List<Throwable> failures = new ArrayList<>();
    private final SessionCalls calls = new SessionCalls(failures::add);

    @Test
    void aCallThatCausesAnotherIsOverBeforeThatBegins() {
        List<String> order = new ArrayList<>();
        calls.run(() -> {
            calls.run(() -> order.add("second"));
            order.add("first");
        });
        assertEquals(List.of("first", "second"), order);
    }

    @Test
    void aCallThatThrowsDoesNotStopTheNext() {
        List<String> order = new ArrayList<>();
        calls.run(() -> {
            calls.run(() -> order.add("next"));
            throw new IllegalStateException("test");
        });
        assertEquals(List.of("next"), order);
        assertEquals(1, failures.size());
    }

    @Test
    void manyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        int[] count = {0};
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(threads.submit(() -> {
                for (int j = 0; j < 20_000; j++) {
                    calls.run(() -> {
                        overlaps.addAndGet(inside.getAndIncrement());
                        count[0]++;
                        inside.decrementAndGet();
                    });
                }
            }));
        }
        for (Future<?> task : running) {
            task.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        assertEquals(80_000, count[0]);
        assertEquals(0, overlaps.get());
    }
}
