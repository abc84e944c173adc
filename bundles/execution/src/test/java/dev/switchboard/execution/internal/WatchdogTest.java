package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With a clock and a timer in the test's hands. */
class WatchdogTest {
    private static final Duration NONE = Duration.ZERO;

    private final List<String> bites = new ArrayList<>();
    private long now = 1_000_000_000L;
    private long due;
    private FutureTask<?> task;

    private Watchdog watchdog(Duration silence) {
        return new Watchdog(
                (delay, check) -> {
                    due = now + delay.toNanos();
                    task = new FutureTask<>(check, null);
                    return task;
                },
                () -> now,
                silence,
                bites::add);
    }

    /** Lets time go by, with what is due in it. */
    private void pass(long millis) {
        long end = now + Duration.ofMillis(millis).toNanos();
        while (task != null && !task.isDone() && due <= end) {
            now = due;
            task.run();
        }
        now = end;
    }

    @Test
    @DisplayName("X5 a run may take as long as its limit, and not much longer; it is told once")
    void limit() {
        Watchdog watchdog = watchdog(NONE);
        watchdog.start(Duration.ofMillis(1000), NONE);
        watchdog.start(Duration.ofMillis(1000), NONE);
        pass(1000);
        assertEquals(List.of(), bites);
        pass(1);
        assertEquals(1, bites.size());
        assertTrue(bites.get(0).contains("timed out after 1000 ms"), bites.get(0));
        pass(10_000);
        assertEquals(1, bites.size());
        assertEquals(Duration.ofMillis(11_001), watchdog.elapsed());
    }

    @Test
    @DisplayName("X5 without limits nothing is watched")
    void none() {
        Watchdog watchdog = watchdog(NONE);
        watchdog.start(NONE, NONE);
        watchdog.waiting(true);
        watchdog.waiting(false);
        assertEquals(null, task);
    }

    @Test
    @DisplayName("X5 a run is ended when it has been silent for too long; whatever it says is a sign of life")
    void silence() {
        Watchdog watchdog = watchdog(Duration.ofSeconds(2));
        watchdog.start(NONE, NONE);
        for (int i = 0; i < 10; i++) {
            pass(1999);
            watchdog.alive();
        }
        assertEquals(List.of(), bites);
        pass(2001);
        assertEquals(1, bites.size());
        assertTrue(bites.get(0).contains("silent for 2 s"), bites.get(0));
    }

    @Test
    @DisplayName("X5 of limit and silence the first counts, however alive the run is")
    void both() {
        Watchdog watchdog = watchdog(Duration.ofSeconds(2));
        watchdog.start(Duration.ofSeconds(3), NONE);
        pass(1900);
        watchdog.alive();
        pass(1200);
        assertEquals(1, bites.size());
        assertTrue(bites.get(0).contains("3000 ms"), bites.get(0));
    }

    @Test
    @DisplayName("X5 X7 the time in which a person is asked counts neither as running nor as silence")
    void waiting() {
        Watchdog watchdog = watchdog(Duration.ofSeconds(4));
        watchdog.start(Duration.ofSeconds(10), NONE);
        pass(3000);
        watchdog.waiting(true);
        watchdog.waiting(true);
        assertTrue(watchdog.isWaiting());
        pass(3_600_000);
        assertEquals(List.of(), bites);
        watchdog.waiting(false);
        pass(3900);
        watchdog.alive();
        watchdog.waiting(true);
        pass(60_000);
        watchdog.waiting(false);
        pass(3000);
        assertEquals(List.of(), bites, "9.9 of 10 seconds");
        pass(200);
        assertEquals(1, bites.size());
        assertTrue(bites.get(0).contains("10000 ms"), bites.get(0));
    }

    @Test
    @DisplayName("X5 a run that is over is not watched any more")
    void stopped() {
        Watchdog watchdog = watchdog(Duration.ofSeconds(1));
        watchdog.start(Duration.ofSeconds(1), NONE);
        watchdog.stop();
        assertTrue(task.isCancelled());
        watchdog.waiting(true);
        watchdog.waiting(false);
        pass(10_000);
        assertEquals(List.of(), bites);
    }

    @Test
    @DisplayName("X8 X5 what an earlier server has used of the limit is used")
    void already() {
        Watchdog watchdog = watchdog(NONE);
        watchdog.start(Duration.ofSeconds(60), Duration.ofSeconds(40));
        assertEquals(Duration.ofSeconds(40), watchdog.elapsed());
        pass(20_000);
        assertEquals(List.of(), bites);
        pass(1);
        assertEquals(1, bites.size());
    }

    @Test
    @DisplayName("X8 X5 a run whose time was up while nobody followed it gets a last chance, whatever its limit")
    void lastChance() {
        for (Duration limit : List.of(Duration.ofMillis(1), Duration.ofHours(1))) {
            bites.clear();
            Watchdog watchdog = watchdog(NONE);
            watchdog.start(limit, Duration.ofDays(2));
            pass(Watchdog.LAST_CHANCE.toMillis());
            assertEquals(List.of(), bites);
            pass(1);
            assertEquals(1, bites.size());
        }
    }

    @Test
    @DisplayName("S1 X5 silence means nothing while nobody listens; the limit goes on")
    void unheard() {
        Watchdog watchdog = watchdog(Duration.ofSeconds(2));
        watchdog.start(Duration.ofSeconds(30), NONE);
        watchdog.unheard(true);
        pass(10_000);
        watchdog.unheard(true);
        pass(10_000);
        assertEquals(List.of(), bites);
        watchdog.unheard(false);
        pass(2_000);
        assertEquals(List.of(), bites);
        pass(1);
        assertTrue(bites.get(0).contains("silent for 2 s"), bites.get(0));
        bites.clear();
        Watchdog limited = watchdog(Duration.ofSeconds(2));
        limited.start(Duration.ofSeconds(3), NONE);
        limited.unheard(true);
        pass(3_001);
        assertTrue(bites.get(0).contains("timed out after 3000 ms"), bites.get(0));
    }
}
