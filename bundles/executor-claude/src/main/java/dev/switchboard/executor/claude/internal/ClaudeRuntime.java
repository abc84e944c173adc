package dev.switchboard.executor.claude.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.logging.LogContext;
import dev.switchboard.process.ProcessCustodian;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all processes of the executor share: threads, timers, settings, and the list of who is there. */
final class ClaudeRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeRuntime.class);

    private static final Duration STOP_BOUND = Duration.ofSeconds(2);

    /**
     * How long what usually takes milliseconds may take.
     *
     * @param settle between the two signs of a turn's end
     * @param finish from being asked to end until it has
     * @param retry before output that could not be read is read again
     * @param start from the launch of a process to its first line
     */
    record Timings(Duration settle, Duration finish, Duration retry, Duration start) {
        static final Timings USUAL = new Timings(
                Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(15));
    }

    private final Configuration configuration;
    private final Timings timings;
    private final TemporaryDirectories temporary;
    private final AtomicReference<ProcessCustodian> custodian = new AtomicReference<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()), new NamedThreads("switchboard-claude"));
    private final Executor carrying = LogContext.carrying(pool);
    private final StartGate starts = new StartGate(Runtime.getRuntime().availableProcessors(), pool);
    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-claude-timer"));
    /** One at a time, apart from the pool: a program that hangs must hold up nobody. Its thread goes when there is nothing to do. */
    private final ExecutorService probes = new ThreadPoolExecutor(
            0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new NamedThreads("switchboard-claude-probe"));

    private final Set<ClaudeProcess> processes = ConcurrentHashMap.newKeySet();
    private final LongAdder notJson = new LongAdder();

    /** @param temporary where CLIs have their temporary files */
    ClaudeRuntime(Configuration configuration, Timings timings, TemporaryDirectories temporary) {
        this.configuration = configuration;
        this.timings = timings;
        this.temporary = temporary;
        timers.setRemoveOnCancelPolicy(true);
    }

    Executor pool() {
        return carrying;
    }

    /** Where processes wait for their start. */
    StartGate starts() {
        return starts;
    }

    /** Runs what may take a while. */
    Executor probes() {
        return probes;
    }

    Settings settings() {
        return configuration.settings();
    }

    Duration killGrace() {
        return settings().get(ServerSettings.TIMEOUTS_KILL_GRACE);
    }

    TemporaryDirectories temporary() {
        return temporary;
    }

    Timings timings() {
        return timings;
    }

    /** Custody, while it is there; read once per operation. */
    Optional<ProcessCustodian> custodian() {
        return Optional.ofNullable(custodian.get());
    }

    /** Custody has come, perhaps another one than before: what is under way goes on with it. */
    void custodianCame(ProcessCustodian next) {
        custodian.set(next);
        processes.forEach(process -> process.move(next));
    }

    /** Custody has gone; its successor may have come before. */
    void custodianWent(ProcessCustodian gone) {
        custodian.compareAndSet(gone, null);
    }

    /** Runs something short after a while, unless the executor is stopped before. */
    void later(Duration delay, Runnable task) {
        try {
            timers.schedule(LogContext.carry(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping: a timer was not set");
        }
    }

    void add(ClaudeProcess process) {
        processes.add(process);
    }

    void remove(ClaudeProcess process) {
        processes.remove(process);
    }

    /** The processes that are there now. */
    List<ClaudeProcess> processes() {
        return List.copyOf(processes);
    }

    void countNotJson(long lines) {
        notJson.add(lines);
    }

    long notJsonLines() {
        return notJson.sum();
    }

    /** Waits for that, for custody may go next, and nobody would look after them then. */
    private void endIdle() {
        CompletableFuture<?>[] ending = processes().stream()
                .filter(ClaudeProcess::idle)
                .map(process -> process.endNow().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ending).get(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("Some idle agents have not ended after {} s; going on", STOP_BOUND.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends idle processes, lets go of the others, and ends the threads; waits at most a few seconds. */
    void stop() {
        timers.shutdownNow();
        probes.shutdownNow();
        endIdle();
        processes().forEach(ClaudeProcess::detach);
        pool.shutdown();
        try {
            if (!pool.awaitTermination(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Tasks are still running after {} s; going on", STOP_BOUND.toSeconds());
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pool.shutdownNow();
        }
    }
}
