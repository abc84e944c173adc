package dev.switchboard.health.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs all probes now and then and keeps what they said. Probes run beside each other on threads of a pool; one that
 * hangs keeps its thread and delays a sample by the bound, once.
 */
final class Sampler implements AutoCloseable {
    /** Between two samples of a server that serves. */
    static final Duration PERIOD = Duration.ofSeconds(10);
    /** Between two samples of one that does not, or has just begun to, so that what changes is soon known. */
    static final Duration PERIOD_CHANGING = Duration.ofSeconds(1);
    /** Until it serves for the first time, so that nobody waits for a server that is ready. */
    static final Duration PERIOD_STARTING = Duration.ofMillis(200);
    /** After how many of those it looks like a server that will not soon. */
    static final int STARTING = 100;
    /** How many samples the beginning takes: some checks find out in the background what they tell of. */
    static final int BEGINNING = 15;
    /** From the coming of a check to a sample, because checks come in swarms. */
    static final Duration SOON = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final Duration CLOSING_BOUND = Duration.ofSeconds(2);
    private static final long IDLE_SECONDS = 30;

    private final List<TimedProbe> own;
    private final Map<Object, Added> added = new ConcurrentHashMap<>();
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Duration bound;
    private final BooleanSupplier ending;
    /** As many threads as probes hang, and a few more; a probe has one at most. */
    private final ExecutorService pool = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new NamedThreads("switchboard-health"));

    private final ReentrantLock lock = new ReentrantLock();
    private ScheduledFuture<?> next;
    private volatile HealthReport report;
    // Of the timer's thread.
    private int samples;
    private int startingSamples;

    private record Added(int ranking, TimedProbe probe) {}

    Sampler(List<Probe> own, Clock clock, ScheduledExecutorService timer, BooleanSupplier ending) {
        this(own, clock, timer, ending, BOUND);
    }

    /**
     * @param timer its one thread samples; closed with this
     * @param ending whether the whole server is being stopped: what goes then is no news for the log
     */
    Sampler(List<Probe> own, Clock clock, ScheduledExecutorService timer, BooleanSupplier ending, Duration bound) {
        this.own = own.stream().map(probe -> new TimedProbe(probe, bound)).toList();
        this.clock = clock;
        this.timer = timer;
        this.ending = ending;
        this.bound = bound;
        report = new HealthReport(HealthStatus.UNHEALTHY, clock.instant(), Map.of());
    }

    /** The last sample; before the first one, unhealthy without checks. */
    HealthReport report() {
        return report;
    }

    /** Adds a probe; of several with one name the highest ranking is asked, and own ones before all. */
    void add(Object key, int ranking, Probe probe) {
        added.put(key, new Added(ranking, new TimedProbe(probe, bound)));
        soon();
    }

    void remove(Object key) {
        added.remove(key);
        soon();
    }

    /** Samples in a moment, and from then on again and again. */
    void soon() {
        schedule(SOON);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(CLOSING_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a check hangs and is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(Duration delay) {
        lock.lock();
        try {
            boolean sooner = next != null && !next.isDone() && next.getDelay(TimeUnit.MILLISECONDS) <= delay.toMillis();
            if (!sooner) {
                if (next != null) {
                    next.cancel(false);
                }
                next = timer.schedule(this::tick, delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("closed");
        } finally {
            lock.unlock();
        }
    }

    private void tick() {
        lock.lock();
        try {
            next = null;
        } finally {
            lock.unlock();
        }
        try {
            sample();
        } catch (RejectedExecutionException e) {
            LOG.debug("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while probes ran: there is nothing to say about them
        } finally {
            schedule(period(report.status() == HealthStatus.UNHEALTHY));
        }
    }

    private Duration period(boolean unhealthy) {
        if (unhealthy && startingSamples < STARTING) {
            startingSamples++;
            return PERIOD_STARTING;
        }
        startingSamples = STARTING;
        samples++;
        return unhealthy || samples < BEGINNING ? PERIOD_CHANGING : PERIOD;
    }

    private void sample() throws InterruptedException {
        List<TimedProbe> probes = new ArrayList<>(own);
        added.values().stream()
                .sorted(Comparator.comparing((Added one) -> one.probe.name())
                        .thenComparing(Added::ranking, Comparator.reverseOrder()))
                .map(Added::probe)
                .forEach(probes::add);
        probes.forEach(probe -> probe.start(pool));
        Map<String, Check> checks = new LinkedHashMap<>();
        for (TimedProbe probe : probes) {
            checks.putIfAbsent(probe.name(), probe.result());
        }
        publish(Verdict.of(checks, clock.instant()));
    }

    private void publish(HealthReport present) {
        if (present.status() != report.status() && !ending.getAsBoolean()) {
            LOG.atLevel(present.status().compareTo(report.status()) > 0 ? Level.WARN : Level.INFO)
                    .log("the server is {}: {}", present.status().wireName(), ills(present));
        }
        report = present;
    }

    private static String ills(HealthReport report) {
        StringBuilder ills = new StringBuilder();
        report.checks()
                .forEach((name, check) -> check.message()
                        .ifPresent(message -> ills.append(ills.isEmpty() ? "" : "; ")
                                .append(name)
                                .append(": ")
                                .append(message)));
        return ills.isEmpty() ? "all is well" : ills.toString();
    }
}
