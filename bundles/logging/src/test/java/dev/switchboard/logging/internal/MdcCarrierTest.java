package dev.switchboard.logging.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.logging.LogContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
class MdcCarrierTest {
    private final MdcCarrier carrier = new MdcCarrier();
    private final ExecutorService pool = Executors.newFixedThreadPool(1, new NamedThreads("test"));

    @AfterEach
    void end() {
        carrier.deactivate();
        pool.shutdownNow();
    }

    @Test
    @DisplayName("H3 ids follow a task through the hops of a pool; its thread, made meanwhile, keeps none of them")
    void followsHops() throws Exception {
        SerialExecutor first = new SerialExecutor(pool, failure -> {});
        SerialExecutor second =
                new SerialExecutor(pool, failure -> {}, context -> context.orElse(LogContext.NONE.withProject("p")));
        CompletableFuture<Map<String, String>> there = new CompletableFuture<>();
        LogContext.NONE
                .withSession("s")
                .withCorrelation("c")
                .run(() -> first.execute(() -> second.execute(() -> there.complete(MDC.getCopyOfContextMap()))));
        assertEquals(Map.of("session", "s", "correlation", "c", "project", "p"), there.get());
        Future<String> behind = pool.submit(() -> MDC.get("session"));
        assertNull(behind.get());
        assertNull(MDC.get("session"));
    }
}
