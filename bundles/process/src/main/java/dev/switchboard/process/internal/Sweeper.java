package dev.switchboard.process.internal;

import dev.switchboard.process.TerminationReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what belongs to no agent in custody: when it is told to, and, as what forks faster than one can look is not found at
 * every look, again a while after agents have ended. Safe for use by many threads.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    /** The looks that follow an end, each so long after the one before. */
    private static final List<Duration> LATER = List.of(
            Duration.ofMillis(50),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10));

    private static final Duration LATER_DEADLINE = Duration.ofMillis(500);
    private static final Duration SURVIVOR_INTERVAL = Duration.ofSeconds(1);

    private final Supplier<ProcessTree> leftovers;
    private final TreeKiller killer;
    private final CustodyFigures figures;
    private final Scheduler scheduler;
    private final ReentrantLock sweepLock = new ReentrantLock();
    private final ReentrantLock planLock = new ReentrantLock();
    private int plans;
    private Future<?> next;
    private volatile int survivors;

    /** Runs a task later. */
    interface Scheduler {
        Future<?> after(Duration delay, Runnable task);
    }

    /** @param leftovers makes the tree of all that belongs to no agent */
    Sweeper(Supplier<ProcessTree> leftovers, TreeKiller killer, CustodyFigures figures, Scheduler scheduler) {
        this.leftovers = leftovers;
        this.killer = killer;
        this.figures = figures;
        this.scheduler = scheduler;
    }

    /** Sweeps now, for 5 s at most; what survives that goes on being ended in the background. */
    TerminationReport sweep() {
        TerminationReport report = sweep(DEADLINE);
        figures.survived(report.survivors());
        if (report.survivors() > 0) {
            LOG.warn("{} processes of ended agents survive; they go on being ended", report.survivors());
            plan(LATER.size(), SURVIVOR_INTERVAL);
        }
        return report;
    }

    /** Looks again a few times, from now on. */
    void lookLater() {
        plan(0, LATER.get(0));
    }

    /** How many processes were left by the last sweep. */
    int survivors() {
        return survivors;
    }

    private TerminationReport sweep(Duration deadline) {
        sweepLock.lock();
        try {
            TerminationReport report = killer.kill(leftovers.get(), deadline);
            figures.killed(report.killed());
            survivors = report.survivors(); // last: who sees that none are left sees how many were killed, too
            return report;
        } finally {
            sweepLock.unlock();
        }
    }

    private void plan(int number, Duration delay) {
        planLock.lock();
        try {
            if (next != null) {
                next.cancel(false);
            }
            int plan = ++plans;
            next = scheduler.after(delay, () -> lookAgain(plan, number));
        } finally {
            planLock.unlock();
        }
    }

    private void lookAgain(int plan, int number) {
        TerminationReport report = sweep(LATER_DEADLINE);
        if (report.killed() > 0) {
            LOG.warn("{} processes of ended agents came to light later, and were killed", report.killed());
        }
        if (report.survivors() > 0) {
            goOn(plan, LATER.size(), SURVIVOR_INTERVAL);
        } else if (report.killed() > 0) {
            goOn(plan, 0, LATER.get(0));
        } else if (number + 1 < LATER.size()) {
            goOn(plan, number + 1, LATER.get(number + 1));
        }
    }

    /** Unless the looks have begun anew meanwhile. */
    private void goOn(int plan, int number, Duration delay) {
        planLock.lock();
        try {
            if (plan == plans) {
                plan(number, delay);
            }
        } finally {
            planLock.unlock();
        }
    }
}
