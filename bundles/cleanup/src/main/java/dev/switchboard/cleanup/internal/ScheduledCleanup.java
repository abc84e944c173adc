package dev.switchboard.cleanup.internal;

import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.cleanup.CleanupTask;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the tasks that there are every {@code cleanup.hours}. */
@Component(
        immediate = true,
        service = {Cleanup.class, MetricSource.class})
public final class ScheduledCleanup implements Cleanup, MetricSource {
    /** From the start to the first cleanup: when the server has found what it goes on with, and also if it never runs for a day. */
    static final Duration FIRST = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledCleanup.class);

    private final Configuration configuration;
    private final Configuration.Registration registration;
    private final CleanupTimer timer;
    private final TaskRunner runner;
    private final ReentrantLock lock = new ReentrantLock();
    private Duration period;
    private Future<?> next;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile Collection<CleanupTask> tasks = List.of();

    @Activate
    public ScheduledCleanup(@Reference Configuration configuration) {
        this(configuration, Clock.systemUTC(), CleanupTimer.ofOneThread());
    }

    /** @param timer closed with this */
    ScheduledCleanup(Configuration configuration, Clock clock, CleanupTimer timer) {
        this.configuration = configuration;
        this.timer = timer;
        runner = new TaskRunner(clock);
        registration = configuration.onChange(settings -> changed());
        period = hours();
        plan(FIRST);
    }

    private Duration hours() {
        return Duration.ofHours(configuration.settings().get(ServerSettings.CLEANUP_HOURS));
    }

    private void changed() {
        lock.lock();
        try {
            if (!period.equals(hours())) {
                period = hours();
                plan(period);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next cleanup is so long from now, whatever was planned before; there is none if the period is 0. */
    private void plan(Duration delay) {
        lock.lock();
        try {
            if (next != null) {
                next.cancel(false);
            }
            next = period.isZero() ? null : timer.after(delay, this::tick);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping");
        } finally {
            lock.unlock();
        }
    }

    private void tick() {
        run(false);
        lock.lock();
        try {
            plan(period);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CleanupRun run(boolean dryRun) {
        return runner.run(tasks, dryRun);
    }

    @Override
    public Optional<CleanupRun> last() {
        return runner.last();
    }

    @Override
    public void collect(MetricSink sink) {
        runner.figures().collect(sink);
    }

    @Deactivate
    void deactivate() {
        registration.close();
        timer.close();
    }
}
