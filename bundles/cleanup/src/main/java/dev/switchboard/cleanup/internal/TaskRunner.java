package dev.switchboard.cleanup.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.cleanup.CleanupTask;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks, one run at a time; one that fails keeps no other from running. */
final class TaskRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final CleanupFigures figures = new CleanupFigures();
    private volatile Optional<CleanupRun> last = Optional.empty();

    TaskRunner(Clock clock) {
        this.clock = clock;
    }

    /** The last run that was not dry. */
    Optional<CleanupRun> last() {
        return last;
    }

    CleanupFigures figures() {
        return figures;
    }

    CleanupRun run(Collection<CleanupTask> tasks, boolean dryRun) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Map<String, CleanupReport> reports = new HashMap<>();
            Map<String, String> failures = new HashMap<>();
            for (CleanupTask task : tasks) {
                try {
                    reports.put(task.name(), task.run(now, dryRun));
                } catch (IOException | RuntimeException e) {
                    LOG.warn("the cleanup of {} failed; it is tried again the next time", task.name(), e);
                    failures.put(task.name(), "it failed; the server's log says why");
                }
            }
            CleanupRun run = new CleanupRun(now, dryRun, reports, failures);
            if (!dryRun) {
                keep(run);
            }
            return run;
        } finally {
            lock.unlock();
        }
    }

    private void keep(CleanupRun run) {
        figures.count(run);
        last = Optional.of(run);
        run.reports().forEach((task, report) -> {
            if (!report.removed().isEmpty()) {
                LOG.info("{}: removed {}", task, report.removed().size());
            }
        });
    }
}
