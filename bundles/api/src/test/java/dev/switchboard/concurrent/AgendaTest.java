package dev.switchboard.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.concurrent.Agenda.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C3 Rounds visit whom they have to, and nobody else")
class AgendaTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Agenda<String> agenda = new Agenda<>();
    private final List<String> visited = new ArrayList<>();

    private Entry<String> add(String member) {
        Entry<String> entry = agenda.entry(member);
        entry.call();
        return entry;
    }

    private List<String> round(long now, long rest) {
        visited.clear();
        agenda.round(now, member -> {
            visited.add(member);
            return now + rest;
        });
        return List.copyOf(visited);
    }

    @Test
    @DisplayName(
            "the first visit is in the next round, each further one when the one before has said, to the nanosecond")
    void visitsInTime() {
        add("a");

        assertEquals(List.of("a"), round(-5 * SECOND, 7 * SECOND));
        assertEquals(List.of(), round(-4 * SECOND, SECOND));
        assertEquals(List.of(), round(2 * SECOND - 1, SECOND));
        assertEquals(List.of("a"), round(2 * SECOND, 0));
        assertEquals(List.of("a"), round(2 * SECOND, 1), "whose time is now, is visited in each round");
        assertEquals(List.of(), round(2 * SECOND, 1));
        assertEquals(List.of("a"), round(2 * SECOND + 1, 1));
    }

    @Test
    @DisplayName("who rests for longer than the wheel takes is not visited before, and late rounds leave nobody out")
    void restsForLong() {
        add("a");
        round(0, 3600 * SECOND);

        for (long now = SECOND; now < 3600 * SECOND; now += SECOND) {
            assertEquals(List.of(), round(now, 0), "after " + now);
        }
        assertEquals(List.of("a"), round(3600 * SECOND, 90 * SECOND));
        assertEquals(List.of("a"), round(10_000 * SECOND, 0), "hours later");
    }

    @Test
    @DisplayName("who is called is visited in the next round, once however often, and rests again")
    void comesWhenCalled() {
        Entry<String> entry = add("a");
        round(0, 10 * SECOND);

        entry.call();
        entry.call();
        assertEquals(List.of("a"), round(SECOND, 9 * SECOND));
        assertEquals(List.of(), round(2 * SECOND, 0));
        assertEquals(List.of("a"), round(10 * SECOND, SECOND), "once, though it is in this slot twice");
    }

    @Test
    @DisplayName("who is called during its visit is visited again")
    void missesNoCall() {
        Entry<String> entry = add("a");

        agenda.round(0, member -> {
            entry.call();
            return 10 * SECOND;
        });
        assertEquals(List.of("a"), round(SECOND, 10 * SECOND));
    }

    @Test
    @DisplayName("who was removed is not visited any more")
    void forgets() {
        Entry<String> first = add("a");
        Entry<String> second = add("b");
        add("c");
        first.remove();
        assertEquals(List.of("b", "c"), round(0, SECOND));

        second.remove();
        second.call();
        assertEquals(List.of("c"), round(SECOND, SECOND));
    }

    @Test
    @DisplayName("a round of all visits those who rest too, once")
    void visitsAll() {
        Entry<String> called = add("a");
        add("b");
        round(0, 10 * SECOND);
        called.call();

        visited.clear();
        agenda.roundOfAll(SECOND, member -> {
            visited.add(member);
            return 20 * SECOND;
        });
        assertEquals(List.of("a", "b"), visited.stream().sorted().toList());
        assertEquals(List.of(), round(19 * SECOND, 0));
        assertEquals(2, round(20 * SECOND, 0).size());
    }

    @Test
    @DisplayName("a visit that fails ends its round; the next one visits that one again, and the others")
    void survivesFailures() {
        add("a");
        add("b");

        assertThrows(
                IllegalStateException.class,
                () -> agenda.round(0, member -> {
                    throw new IllegalStateException(member);
                }));
        assertEquals(List.of("b", "a"), round(0, 10 * SECOND));
    }

    @Test
    @DisplayName("many with times and calls at random are visited exactly when a plain list says, seeds 1 to 20")
    void agreesWithPlainList() {
        for (int seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Agenda<Integer> many = new Agenda<>();
            Map<Integer, Long> due = new HashMap<>();
            Map<Integer, Entry<Integer>> entries = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                entries.put(i, many.entry(i));
                entries.get(i).call();
                due.put(i, Long.MIN_VALUE);
            }
            long now = random.nextLong() / 4;
            for (int round = 0; round < 500; round++) {
                now += (long) (Math.abs(random.nextGaussian()) * (round % 50 == 0 ? 60 : 0.3) * SECOND);
                int chosen = random.nextInt(50);
                entries.get(chosen).call();
                due.put(chosen, Long.MIN_VALUE);
                long time = now;
                List<Integer> expected = due.keySet().stream()
                        .filter(member -> due.get(member) <= time)
                        .sorted()
                        .toList();
                List<Integer> seen = new ArrayList<>();
                many.round(time, member -> {
                    seen.add(member);
                    long next = time + (long) (random.nextDouble() * 40 * SECOND);
                    due.put(member, next);
                    return next;
                });
                assertEquals(expected, seen.stream().sorted().toList(), "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    @DisplayName("no call of another thread's is missed")
    void hearsOtherThreads() throws InterruptedException {
        AtomicInteger visits = new AtomicInteger();
        Entry<String> entry = add("a");
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch rounds = new CountDownLatch(1);
        Thread visitor = new Thread(() -> {
            while (!over.get()) {
                agenda.round(0, member -> {
                    visits.incrementAndGet();
                    return 10 * SECOND;
                });
            }
            rounds.countDown();
        });
        visitor.start();
        try {
            for (int i = 0; i < 20_000; i++) {
                int before = visits.get();
                entry.call();
                long deadline = System.nanoTime() + 10 * SECOND;
                while (visits.get() == before) {
                    assertTrue(System.nanoTime() < deadline, "call " + i + " was not heard");
                    Thread.onSpinWait();
                }
            }
        } finally {
            over.set(true);
        }
        assertTrue(rounds.await(10, TimeUnit.SECONDS));
    }
}
