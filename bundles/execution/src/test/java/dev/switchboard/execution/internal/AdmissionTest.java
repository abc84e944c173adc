package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionOutcome.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
    @TempDir
    Path directory;

    private Settings settings(int limit) {
        return Settings.defaults()
                .with(ServerSettings.DATA_DIR, directory.toString())
                .with(ServerSettings.LIMITS_EXECUTIONS, limit);
    }

    private Admission admission(int limit) {
        return new Admission(Configuration.of(settings(limit)));
    }

    private static SwitchboardException refused(ErrorCode code, Runnable action) {
        SwitchboardException e = assertThrows(SwitchboardException.class, action::run);
        assertEquals(code, e.code());
        return e;
    }

    @Test
    @DisplayName("X3 as many runs as the limit says, and not one more; each that ends makes room for one")
    void limit() {
        Admission admission = admission(2);
        Admission.Permit first = admission.acquire();
        admission.acquire();
        SwitchboardException e = refused(ErrorCode.RESOURCE_LIMIT, admission::acquire);
        assertEquals("executions", e.details().get("resource"));
        assertEquals(2, e.details().get("limit"));
        assertEquals(2, e.details().get("current"));
        first.release(Result.COMPLETED, Duration.ofMillis(10));
        first.release(Result.COMPLETED, Duration.ofMillis(10));
        first.cancel();
        admission.acquire();
        refused(ErrorCode.RESOURCE_LIMIT, admission::acquire);
        assertEquals(2, admission.stats().active());
    }

    @Test
    @DisplayName("X3 a limit of 0 is none")
    void unlimited() {
        Admission admission = admission(0);
        for (int i = 0; i < 1000; i++) {
            admission.acquire();
        }
        assertEquals(1000, admission.stats().active());
    }

    @Test
    @DisplayName("X3 of many who come at once exactly as many are let in as there is room for")
    void atOnce() throws Exception {
        Admission admission = admission(5);
        int threads = 16;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> asked = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                asked.add(pool.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    try {
                        admission.acquire();
                        return true;
                    } catch (SwitchboardException e) {
                        return false;
                    }
                }));
            }
            int in = 0;
            for (Future<Boolean> each : asked) {
                in += each.get(10, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertEquals(5, in);
            assertEquals(5, admission.stats().active());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("X8 runs that exist already count, and no limit holds them up")
    void adopts() {
        Admission admission = admission(1);
        admission.acquire();
        Admission.Permit adopted = admission.adopt();
        assertEquals(2, admission.stats().active());
        adopted.release(Result.FAILED, Duration.ZERO);
        refused(ErrorCode.RESOURCE_LIMIT, admission::acquire);
    }

    @Test
    @DisplayName("H2 begun, successful and failed runs are counted; killed and interrupted ones are neither")
    void counts() {
        Admission admission = admission(0);
        for (Result result : Result.values()) {
            Admission.Permit permit = admission.acquire();
            permit.begin();
            permit.release(result, Duration.ofMillis(30));
            permit.release(result, Duration.ofMillis(30));
        }
        admission.acquire().cancel();
        assertEquals(Result.values().length, admission.stats().total());
        assertEquals(1, admission.stats().success());
        assertEquals(2, admission.stats().failed());
        assertEquals(30, admission.stats().averageMillis());
        assertEquals(0, admission.stats().active());
    }

    @Test
    @DisplayName("H5 a server that is being stopped lets none begin")
    void closed() {
        Admission admission = admission(0);
        admission.close();
        refused(ErrorCode.SERVICE_UNAVAILABLE, admission::acquire);
        assertEquals(0, admission.stats().total());
    }

    @Test
    @DisplayName(
            "M5 with less free space than the reserve nothing begins; without a reserve, or a disk to ask, it does")
    void disk() {
        Settings most = settings(0).with(ServerSettings.DISK_RESERVE_BYTES, Long.MAX_VALUE);
        SwitchboardException e =
                refused(ErrorCode.DISK_SPACE_LOW, () -> new Admission(Configuration.of(most)).checkDisk());
        assertEquals("disk", e.details().get("resource"));
        assertEquals(Long.MAX_VALUE, e.details().get("limit"));
        Settings none = settings(0).with(ServerSettings.DISK_RESERVE_BYTES, 0L);
        assertDoesNotThrow(() -> new Admission(Configuration.of(none)).checkDisk());
        Settings gone =
                most.with(ServerSettings.DATA_DIR, directory.resolve("gone").toString());
        assertDoesNotThrow(() -> new Admission(Configuration.of(gone)).checkDisk());
    }

    @Test
    @DisplayName(
            "X7 X3 who waits for room is served in order, one for each run that ends, and before who does not wait")
    void servesWaiters() {
        Admission admission = admission(1);
        Admission.Permit first = admission.acquire();
        List<Admission.Permit> served = new ArrayList<>();
        List<String> order = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            assertEquals(Optional.empty(), admission.acquireOrWait(permit -> {
                order.add(name);
                served.add(permit);
            }));
        }
        assertEquals(1, admission.stats().active());
        first.release(Result.COMPLETED, Duration.ZERO);
        assertEquals(List.of("a"), order);
        refused(ErrorCode.RESOURCE_LIMIT, admission::acquire);
        served.get(0).cancel();
        assertEquals(List.of("a", "b"), order, "room that is not wanted goes to the next");
        assertEquals(1, admission.stats().active());
        served.get(1).release(Result.KILLED, Duration.ZERO);
        served.get(2).release(Result.KILLED, Duration.ZERO);
        assertEquals(List.of("a", "b", "c"), order);
        assertEquals(0, admission.stats().active());
        admission.acquireOrWait(permit -> {}).orElseThrow();
    }

    @Test
    @DisplayName("X7 H5 nobody is served any more when the server stops")
    void servesNobodyAtTheEnd() {
        Admission admission = admission(1);
        Admission.Permit first = admission.acquire();
        List<Admission.Permit> served = new ArrayList<>();
        admission.acquireOrWait(served::add);
        admission.close();
        first.release(Result.KILLED, Duration.ZERO);
        admission.serveWaiters();
        assertEquals(List.of(), served);
        refused(ErrorCode.SERVICE_UNAVAILABLE, () -> admission.acquireOrWait(served::add));
    }

    @Test
    @DisplayName("X7 X3 waiters and others at once: never more than the limit, and every waiter is served")
    void waitersAtOnce() throws Exception {
        Admission admission = admission(3);
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int threads = 8;
        int rounds = 500;
        CountDownLatch served = new CountDownLatch(threads * rounds);
        Consumer<Admission.Permit> run = permit -> {
            most.accumulateAndGet(active.incrementAndGet(), Math::max);
            active.decrementAndGet();
            permit.release(Result.COMPLETED, Duration.ZERO);
            served.countDown();
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int i = 0; i < threads; i++) {
                pool.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        admission
                                .acquireOrWait(permit -> pool.execute(() -> run.accept(permit)))
                                .ifPresent(run);
                    }
                });
            }
            assertTrue(served.await(30, TimeUnit.SECONDS), () -> served.getCount() + " were not served");
        } finally {
            pool.shutdownNow();
        }
        assertTrue(most.get() <= 3, most::toString);
        assertEquals(0, admission.stats().active());
        assertEquals(threads * rounds, admission.stats().success());
    }
}
