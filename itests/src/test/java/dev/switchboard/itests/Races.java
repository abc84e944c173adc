package dev.switchboard.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many rounds races have and where their random moments come from: {@code -Drace.rounds} and {@code -Drace.seed}, which is
 * printed.
 */
final class Races {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 50);
    private static final long SEED = Long.getLong("race.seed", System.nanoTime());
    private static final int LANES = 4;

    private Races() {}

    /** Some of a race's rounds, one after the other. */
    interface Lane {
        void race(int lane, int rounds, Random random) throws Exception;
    }

    /** How often either side won. */
    static final class Score {
        private final String name;
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();

        Score(String name) {
            this.name = name;
        }

        void count(boolean firstWon) {
            (firstWon ? first : second).incrementAndGet();
        }

        /** Whether a lane goes on: until it has had its rounds, and longer, to an end, while there was no race yet. */
        boolean wantsRound(int done, int rounds) {
            return done < rounds || !isRace() && done < 10 * rounds;
        }

        /** Whether both have won, so that there was a race. */
        boolean isRace() {
            return first.get() > 0 && second.get() > 0;
        }

        @Override
        public String toString() {
            return name + ": " + first + " to " + second + " (race.rounds " + ROUNDS + ", race.seed " + SEED + ")";
        }
    }

    /** A moment that is moved to where either side wins every other time. */
    static final class Aim {
        private final Random random;
        private double millis;

        Aim(Random random, double millis) {
            this.random = random;
            this.millis = millis;
        }

        /** Waits for a moment about there. */
        void await() throws InterruptedException {
            TimeUnit.MICROSECONDS.sleep((long) (millis * 1000 * (0.7 + 0.6 * random.nextDouble())));
        }

        void early() {
            millis = Math.min(millis * 1.2, 2000);
        }

        void late() {
            millis = Math.max(millis / 1.2, 0.1);
        }
    }

    /** Runs all rounds, in several lanes at the same time. */
    static void run(Lane lane) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(LANES);
        try {
            List<Future<?>> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                int number = i;
                lanes.add(pool.submit(() -> {
                    lane.race(number, ROUNDS / LANES + (number < ROUNDS % LANES ? 1 : 0), new Random(SEED + number));
                    return null;
                }));
            }
            for (Future<?> each : lanes) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
