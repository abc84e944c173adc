package dev.switchboard.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.logging.LogContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialExecutorTest {
    private final List<Throwable> failures = new ArrayList<>();

    /** A pool that does only what it is told to. */
    private static final class Steps implements Executor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean closed;

        @Override
        public void execute(Runnable task) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            tasks.add(task);
        }

        void step() {
            tasks.remove().run();
        }
    }

    @Test
    @DisplayName(
            "P3 tasks of many threads run one at a time, each thread's in its order, and see what those before did")
    void serial() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            SerialExecutor serial = new SerialExecutor(pool, failures::add);
            int threads = 4;
            int each = 5000;
            int[] last = new int[threads]; // not volatile: the executor orders what tasks do
            AtomicBoolean inside = new AtomicBoolean();
            AtomicBoolean wrong = new AtomicBoolean();
            CountDownLatch done = new CountDownLatch(threads * each);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                pool.execute(() -> {
                    for (int i = 1; i <= each; i++) {
                        int number = i;
                        serial.execute(() -> {
                            wrong.compareAndSet(false, !inside.compareAndSet(false, true));
                            wrong.compareAndSet(false, last[thread] != number - 1);
                            last[thread] = number;
                            inside.set(false);
                            done.countDown();
                        });
                    }
                });
            }
            assertTrue(done.await(50, TimeUnit.SECONDS));
            assertFalse(wrong.get());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName(
            "P3 a task is never run by who hands it over, and one that fails, even with an Error, does not stop the next")
    void failingTask() {
        Steps pool = new Steps();
        SerialExecutor serial = new SerialExecutor(pool, failures::add);
        List<String> ran = new ArrayList<>();
        Error error = new AssertionError("test");
        serial.execute(() -> {
            throw error;
        });
        serial.execute(() -> ran.add("next"));
        assertEquals(2, serial.queued());
        assertEquals(List.of(), ran);
        pool.step();
        assertEquals(List.of("next"), ran);
        assertSame(error, failures.get(0));
        assertEquals(0, serial.queued());
        assertTrue(pool.tasks.isEmpty());
    }

    @Test
    @DisplayName("C6 who has much to do lets others have the thread in between")
    void fair() {
        Steps pool = new Steps();
        SerialExecutor busy = new SerialExecutor(pool, failures::add);
        SerialExecutor other = new SerialExecutor(pool, failures::add);
        List<String> ran = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            busy.execute(() -> ran.add("busy"));
        }
        other.execute(() -> ran.add("other"));
        pool.step();
        pool.step();
        assertEquals("other", ran.get(ran.size() - 1));
        assertTrue(ran.size() < 200, "before the busy one was done");
        while (!pool.tasks.isEmpty()) {
            pool.step();
        }
        assertEquals(201, ran.size());
    }

    @Test
    @DisplayName(
            "H5 a pool that takes nothing any more: what comes is refused and not kept, what had come is still done")
    void poolGoes() {
        Steps pool = new Steps();
        SerialExecutor serial = new SerialExecutor(pool, failures::add);
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            int number = i;
            serial.execute(() -> {
                if (number == 100) {
                    throw new IllegalStateException("test");
                }
                ran.add(number);
            });
        }
        pool.closed = true;
        pool.step();
        assertEquals(129, ran.size());
        assertEquals(129, ran.get(128));
        assertEquals(1, failures.size());
        assertThrows(RejectedExecutionException.class, () -> serial.execute(() -> ran.add(-1)));
        assertEquals(0, serial.queued());
    }

    @Test
    @DisplayName("P3 a task may hand over the next one")
    void nested() {
        Steps pool = new Steps();
        SerialExecutor serial = new SerialExecutor(pool, failures::add);
        List<String> ran = new ArrayList<>();
        serial.execute(() -> {
            serial.execute(() -> ran.add("second"));
            ran.add("first");
        });
        pool.step();
        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    @DisplayName("H3 a task works for whom its giver worked for, its failure too, and its thread for nobody afterwards")
    void carriesContext() {
        Steps pool = new Steps();
        List<LogContext> seen = new ArrayList<>();
        SerialExecutor serial = new SerialExecutor(pool, failure -> seen.add(LogContext.current()));
        LogContext request = LogContext.NONE.withCorrelation("c");
        request.run(() -> serial.execute(() -> seen.add(LogContext.current())));
        serial.execute(() -> seen.add(LogContext.current()));
        request.run(() -> serial.execute(() -> {
            throw new IllegalStateException("expected");
        }));
        pool.step();
        assertEquals(List.of(request, LogContext.NONE, request), seen);
        assertSame(LogContext.NONE, LogContext.current());
    }

    @Test
    @DisplayName("H3 the owner of the tasks adds what it knows of them when they run")
    void addsContext() {
        Steps pool = new Steps();
        List<String> seen = new ArrayList<>();
        SerialExecutor serial = new SerialExecutor(
                pool, failures::add, context -> context.orElse(LogContext.NONE.withProject("p" + seen.size())));
        Runnable task = () -> seen.add(LogContext.current().toString());
        serial.execute(task);
        LogContext.NONE.withSession("s").run(() -> serial.execute(task));
        pool.step();
        assertEquals(List.of("LogContext[project=p0]", "LogContext[session=s, project=p1]"), seen);
    }

    @Test
    void namesThreads() {
        NamedThreads threads = new NamedThreads("switchboard-test");
        assertEquals("switchboard-test-1", threads.newThread(() -> {}).getName());
        Thread second = threads.newThread(() -> {});
        assertEquals("switchboard-test-2", second.getName());
        assertTrue(second.isDaemon());
    }
}
