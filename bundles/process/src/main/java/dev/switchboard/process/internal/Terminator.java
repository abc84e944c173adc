package dev.switchboard.process.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.logging.LogContext;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs terminations, at most one per agent, on two threads of its own; answers are given on those too. */
final class Terminator {
    private static final Logger LOG = LoggerFactory.getLogger(Terminator.class);
    private static final int THREADS = 2;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledThreadPoolExecutor scheduler;
    private final Function<Agent, ProcessTree> trees;
    private final Signals signals;
    private final CustodyFigures figures;
    private final Consumer<Agent> ended;
    /** Taken before a run's own lock, never while one is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Agent, Run> runs = new HashMap<>();
    private boolean stopped;

    /**
     * @param trees makes the tree of an agent
     * @param ended is told of each agent of whose tree nothing is left
     */
    Terminator(Function<Agent, ProcessTree> trees, Signals signals, CustodyFigures figures, Consumer<Agent> ended) {
        this.trees = trees;
        this.signals = signals;
        this.figures = figures;
        this.ended = ended;
        this.scheduler = new ScheduledThreadPoolExecutor(THREADS, new NamedThreads("switchboard-process-kill"));
        scheduler.setRemoveOnCancelPolicy(true);
    }

    /** Begins a termination, or joins the one that is under way. When this returns, what an agent that lives has started is known. */
    CompletionStage<TerminationReport> terminate(Agent agent, TerminationPlan plan) {
        CompletableFuture<TerminationReport> answer = new CompletableFuture<>();
        Run run;
        lock.lock();
        try {
            if (stopped) {
                answer.completeExceptionally(stopping());
                return answer;
            }
            run = runs.computeIfAbsent(agent, Run::new);
            run.join(plan, answer);
        } finally {
            lock.unlock();
        }
        run.look();
        return answer;
    }

    /** Whether a termination of this agent is under way. */
    boolean isRunning(Agent agent) {
        lock.lock();
        try {
            return runs.containsKey(agent);
        } finally {
            lock.unlock();
        }
    }

    /** How many processes are left of terminations whose deadline has passed. */
    int survivors() {
        lock.lock();
        try {
            return runs.values().stream().mapToInt(Run::survivors).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Does something later on one of the threads; not if it is stopped before. */
    Future<?> after(Duration delay, Runnable task) {
        try {
            return scheduler.schedule(LogContext.carry(() -> guarded(task)), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Does something regularly on one of the threads. */
    void every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        scheduler.scheduleWithFixedDelay(() -> guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Stops: terminations that are not through are left as they are, and those who wait for them are told so. */
    void stop(Duration patience) {
        List<Run> left;
        lock.lock();
        try {
            stopped = true;
            left = List.copyOf(runs.values());
        } finally {
            lock.unlock();
        }
        scheduler.shutdownNow();
        try {
            scheduler.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        left.forEach(Run::abandon);
    }

    private static IllegalStateException stopping() {
        return new IllegalStateException("process custody is stopping");
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a regular task failed", e);
        }
    }

    /** A termination and its place in the schedule. */
    private final class Run {
        private final Agent agent;
        private final LogContext context;
        private final Termination termination;
        private final ReentrantLock runLock = new ReentrantLock();
        private ScheduledFuture<?> next;
        private boolean through;
        private boolean late;

        Run(Agent agent) {
            this.agent = agent;
            this.context = LogContext.current().orElse(agent.context());
            this.termination = new Termination(agent, trees.apply(agent), signals);
        }

        /** Called with the terminator's lock held: a run that is through is never joined. */
        void join(TerminationPlan plan, CompletableFuture<TerminationReport> answer) {
            runLock.lock();
            try {
                termination.join(plan, answer, System.nanoTime());
                schedule(0);
            } finally {
                runLock.unlock();
            }
        }

        void look() {
            runLock.lock();
            try {
                termination.look();
            } catch (RuntimeException e) { // whoever ends the agent is not to take it for ended: the steps go on
                LOG.error(
                        "looking at what belongs to agent {} failed",
                        agent.manifest().agentId(),
                        e);
            } finally {
                runLock.unlock();
            }
        }

        void abandon() {
            runLock.lock();
            try {
                termination.takeAll().forEach(waiter -> waiter.completeExceptionally(stopping()));
            } finally {
                runLock.unlock();
            }
        }

        private void step() {
            try {
                if (advance()) {
                    answerLate();
                } else {
                    finish();
                }
            } catch (RuntimeException e) {
                LOG.error(
                        "ending agent {} failed; it is tried again",
                        agent.manifest().agentId(),
                        e);
                retry();
                answerLate();
            }
        }

        /** Whether there is more to do; the next step is in the schedule then. */
        private boolean advance() {
            runLock.lock();
            try {
                if (through) {
                    return true; // a step that was already running when the run came to its end
                }
                OptionalLong pause = termination.step(System.nanoTime());
                pause.ifPresent(this::schedule);
                return pause.isPresent();
            } finally {
                runLock.unlock();
            }
        }

        /** Tells those whose deadline has passed how far it has come. */
        private void answerLate() {
            List<CompletableFuture<TerminationReport>> waiting;
            TerminationReport report;
            runLock.lock();
            try {
                waiting = termination.takeLate(System.nanoTime());
                report = termination.report();
                late |= !waiting.isEmpty();
            } finally {
                runLock.unlock();
            }
            if (!waiting.isEmpty()) {
                LOG.warn(
                        "agent {}: {} at its deadline; it goes on",
                        agent.manifest().agentId(),
                        report);
                figures.survived(report.survivors());
                waiting.forEach(waiter -> waiter.complete(report));
            }
        }

        int survivors() {
            runLock.lock();
            try {
                return late ? termination.report().survivors() : 0;
            } finally {
                runLock.unlock();
            }
        }

        private void finish() {
            List<CompletableFuture<TerminationReport>> waiting;
            TerminationReport report;
            lock.lock();
            runLock.lock();
            try {
                if (through) {
                    return;
                }
                through = true;
                runs.remove(agent, this);
                unschedule();
                waiting = termination.takeAll();
                report = termination.report();
            } finally {
                runLock.unlock();
                lock.unlock();
            }
            figures.killed(report.killed());
            ended.accept(agent);
            waiting.forEach(waiter -> waiter.complete(report));
        }

        private void unschedule() {
            if (next != null) {
                next.cancel(false);
            }
        }

        private void retry() {
            runLock.lock();
            try {
                schedule(RETRY_NANOS);
            } finally {
                runLock.unlock();
            }
        }

        private void schedule(long nanos) {
            unschedule();
            try {
                next = scheduler.schedule(() -> context.run(this::step), nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug(
                        "custody is stopping: the next one finds agent {} again",
                        agent.manifest().agentId());
            }
        }
    }
}
