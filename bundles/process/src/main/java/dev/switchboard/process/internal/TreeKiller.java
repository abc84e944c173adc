package dev.switchboard.process.internal;

import dev.switchboard.process.TerminationReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills a whole tree at once, in the calling thread, for as long as it takes up to a deadline. */
final class TreeKiller {
    /** One look is not one moment: what forked during it may be missing, so the next has to agree. */
    static final int CLEAN_SCANS = 2;

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(25);

    private final Signals signals;

    TreeKiller(Signals signals) {
        this.signals = signals;
    }

    /** SIGKILL to everything in the tree, again and again until it stays empty. */
    TerminationReport kill(ProcessTree tree, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        long pause = FIRST_PAUSE;
        int clean = 0;
        while (true) {
            List<ProcessEntry> left = tree.scan();
            clean = left.isEmpty() ? clean + 1 : 0;
            if (clean == CLEAN_SCANS && tree.chase(signals) > 0) {
                clean = 0;
            }
            if (clean == CLEAN_SCANS || System.nanoTime() - end >= 0) {
                return new TerminationReport(tree.seen() - left.size(), left.size());
            }
            left.forEach(signals::kill);
            if (!left.isEmpty()) {
                LockSupport.parkNanos(pause);
                pause = Math.min(2 * pause, LAST_PAUSE);
            }
        }
    }
}
