package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.executor.claude.internal.StartGate.Place;
import dev.switchboard.executor.claude.internal.StartGate.Start;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StartGateTest {
    private final List<String> begun = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Deque<Runnable> pool = new ArrayDeque<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private final StartGate gate = new StartGate(2, pool::add);

    private Place enter(String name) {
        return enter(gate, name);
    }

    private Place enter(StartGate entered, String name) {
        return entered.enter(new Start() {
            @Override
            public void begin(Place place) {
                begun.add(name);
                places.add(place);
                if (name.startsWith("bad")) {
                    throw new IllegalStateException(name);
                }
            }

            @Override
            public void failed(RuntimeException why) {
                failures.add(why);
            }
        });
    }

    private void runPool() {
        while (!pool.isEmpty()) {
            pool.poll().run();
        }
    }

    @Test
    @DisplayName("X7 so many start at once, by the caller's thread; the next ones in order, each when one has started")
    void inOrder() {
        Place first = enter("1");
        assertSame(first, places.get(0));
        enter("2");
        enter("3");
        enter("4");
        assertEquals(List.of("1", "2"), begun);
        assertEquals(2, gate.starting());
        assertEquals(2, gate.waiting());
        assertEquals(2, gate.delayed());
        first.done();
        first.done();
        assertEquals(List.of("1", "2"), begun, "the pool's to begin");
        runPool();
        assertEquals(List.of("1", "2", "3"), begun);
        places.get(2).done();
        runPool();
        assertEquals(List.of("1", "2", "3", "4"), begun);
        places.get(1).done();
        places.get(3).done();
        assertEquals(0, gate.starting());
        assertEquals(0, gate.waiting());
    }

    @Test
    @DisplayName("X7 nobody overtakes who waits, although there is room again")
    void nobodyOvertakes() {
        Place first = enter("1");
        enter("2");
        enter("3");
        enter("4");
        first.done();
        enter("5");
        runPool();
        assertEquals(List.of("1", "2", "3"), begun);
        assertEquals(2, gate.waiting());
    }

    @Test
    @DisplayName("X4 who is stopped while waiting never begins, and holds up nobody")
    void cancelled() {
        Place first = enter("1");
        enter("2");
        Place third = enter("3");
        enter("4");
        assertTrue(third.cancel());
        assertFalse(third.cancel());
        third.done();
        third.hurry();
        first.done();
        runPool();
        assertEquals(List.of("1", "2", "4"), begun);
        assertFalse(first.cancel(), "it has begun");
    }

    @Test
    @DisplayName(
            "X8 who is hurried begins at once, beside the others, and its place is not given to anybody before it is back")
    void hurried() {
        Place first = enter("1");
        enter("2");
        Place third = enter("3");
        enter("4");
        third.hurry();
        third.hurry();
        assertEquals(List.of("1", "2", "3"), begun);
        assertEquals(3, gate.starting());
        first.done();
        runPool();
        assertEquals(List.of("1", "2", "3"), begun);
        third.done();
        runPool();
        assertEquals(List.of("1", "2", "3", "4"), begun);
    }

    @Test
    void failuresGiveTheirPlaceBack() {
        assertThrows(IllegalStateException.class, () -> enter("bad 1"));
        assertEquals(0, gate.starting());
        Place first = enter("1");
        enter("2");
        enter("bad 2");
        enter("3");
        first.done();
        runPool();
        assertEquals(List.of("bad 1", "1", "2", "bad 2", "3"), begun);
        assertEquals(1, failures.size());
        assertEquals("bad 2", failures.get(0).getMessage());
        assertEquals(2, gate.starting());
    }

    @Test
    @DisplayName("X8 when the pool is stopping, who waits can still be begun by being hurried")
    void poolStops() {
        StartGate stopping = new StartGate(1, task -> {
            throw new RejectedExecutionException("stopping");
        });
        Place first = enter(stopping, "1");
        Place second = enter(stopping, "2");
        first.done();
        assertEquals(List.of("1"), begun);
        assertEquals(1, stopping.waiting());
        assertEquals(0, stopping.starting());
        second.hurry();
        assertEquals(List.of("1", "2"), begun);
        second.done();
        assertEquals(0, stopping.starting());
    }

    @Test
    void needsRoom() {
        assertThrows(IllegalArgumentException.class, () -> new StartGate(0, pool::add));
    }

    @Test
    @DisplayName("X7 under a rush from many threads, never more than allowed start at once, and all do")
    void rush() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            StartGate rushed = new StartGate(3, threads);
            AtomicInteger now = new AtomicInteger();
            List<Integer> most = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch all = new CountDownLatch(500);
            for (int i = 0; i < 500; i++) {
                threads.execute(() -> rushed.enter(new Start() {
                    @Override
                    public void begin(Place place) {
                        most.add(now.incrementAndGet());
                        threads.execute(() -> {
                            now.decrementAndGet();
                            place.done();
                            all.countDown();
                        });
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        throw why;
                    }
                }));
            }
            assertTrue(all.await(30, TimeUnit.SECONDS), () -> all.getCount() + " are left");
            assertEquals(500, most.size());
            assertTrue(Collections.max(most) <= 3, most::toString);
            assertEquals(0, rushed.starting());
            assertEquals(0, rushed.waiting());
        } finally {
            threads.shutdownNow();
        }
    }
}
