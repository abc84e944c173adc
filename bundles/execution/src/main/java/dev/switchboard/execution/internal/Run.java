package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from acceptance to its end. Everything about it happens on the project's serial executor, so whatever races (result,
 * kill, timeout, interrupt, death) is decided there, once: the first that reaches {@link #end} wins, and a kill that was asked
 * for before that makes it a kill.
 */
final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** How long after a termination the rest of an agent's output may take to be read before the run ends without it. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** How long the turn of an executor that has left may still take to end by itself. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int TERMINATIONS = 10;

    /** What a run needs of its project. */
    interface Owner {
        /** Records and shows events up to the end of the turn; completes when they are recorded. */
        void relay(Run run, List<AgentEvent> events, Runnable recorded);

        /** Records the end of the run with the outcome that it has by then. */
        void ended(Run run);

        /**
         * Makes the listener for a turn that the agent began by itself.
         *
         * @param by who drives the agent
         */
        AgentListener agentTurn(AgentTurn turn, AgentExecutor by);
    }

    /** How far the run is on its way to its end. */
    private enum Phase {
        /** The turn is under way. */
        RUNNING,
        /** The agent is being ended. */
        ENDING,
        /** Nothing of the agent is left; the rest of its output may still come. */
        DRAINING,
        /** The end has been claimed: nothing of the run is recorded any more but that. */
        OVER
    }

    private final ExecutionId id;
    private final ExecutionOptions options;
    private final Admission.Permit permit;
    private final Services services;
    private final Executor serial;
    private final Owner owner;
    private final Watchdog watchdog;
    private final long firstSeq;
    private final List<CompletableFuture<Execution>> killers = new ArrayList<>();
    private final List<CompletableFuture<Execution>> interrupters = new ArrayList<>();
    private final List<Future<?>> timers = new ArrayList<>();

    private AgentExecutor driver;
    private AgentTurn turn;
    private Phase phase = Phase.RUNNING;
    /** Whether the executor has left it, so that only custody can end the agent. */
    private boolean orphaned;
    /** The number of the present attempt to end the agent; what comes of an earlier one does not count. */
    private int attempt;

    private boolean escalated;
    private Optional<String> timeout = Optional.empty();
    private ExecutionOutcome given;
    private AgentEvent.TurnEnded turnEnd;

    Run(
            ExecutionId id,
            ExecutionOptions options,
            long firstSeq,
            Admission.Permit permit,
            Services services,
            Executor serial,
            Owner owner) {
        this.id = id;
        this.options = options;
        this.firstSeq = firstSeq;
        this.permit = permit;
        this.services = services;
        this.serial = serial;
        this.owner = owner;
        this.watchdog = new Watchdog(
                (delay, task) -> services.after(delay, serial, task),
                System::nanoTime,
                options.timeout().orElseGet(() -> services.setting(ServerSettings.TIMEOUTS_EXECUTION)),
                services.setting(ServerSettings.TIMEOUTS_SILENCE),
                this::timeOut);
    }

    ExecutionId id() {
        return id;
    }

    ExecutionOptions options() {
        return options;
    }

    long firstSeq() {
        return firstSeq;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /**
     * Begins, or goes on with, the agent's turn.
     *
     * @param by who drives it from now on
     */
    void begin(AgentExecutor by, Supplier<AgentTurn> launch) {
        driver = by;
        watchdog.start();
        try {
            turn = launch.get();
        } catch (SwitchboardException e) {
            end(ExecutionOutcome.failed(Result.FAILED, e.code(), e.getMessage(), e.details()));
        } catch (RuntimeException
                | Error e) { // an Error too: classes of an executor that is just leaving may be missing
            LOG.error("run {} cannot begin", id, e);
            end(ExecutionOutcome.failed(
                    Result.FAILED, ErrorCode.EXECUTION_FAILED, "the agent could not be started", Map.of()));
        }
    }

    /** An executor has left. If it drove this run and the turn does not end by itself, the agent is ended through custody. */
    void executorLeft(AgentExecutor gone) {
        if (driver != gone || isOver()) {
            return;
        }
        LOG.warn("run {}: its executor has left", id);
        timers.add(services.after(FAREWELL, serial, this::orphan));
    }

    /** Also if its executor was ending it just then: whether that still works nobody can tell. */
    private void orphan() {
        if (!isOver()) {
            orphaned = true;
            terminate(TERMINATIONS);
        }
    }

    /** Whether the end has been claimed: nothing of the run is recorded any more but that. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    AgentTurn turn() {
        return turn;
    }

    /** A listener for the agent's events. */
    AgentListener listener() {
        return new AgentListener() {
            @Override
            public ExecutionId execution() {
                return id;
            }

            @Override
            public CompletionStage<Void> on(List<AgentEvent> events) {
                CompletableFuture<Void> recorded = new CompletableFuture<>();
                try {
                    serial.execute(() -> handle(events, () -> recorded.complete(null)));
                } catch (RejectedExecutionException e) {
                    LOG.debug("run {}: what comes now is for the next start", id);
                }
                return recorded;
            }

            @Override
            public AgentListener nextTurn(AgentTurn next) {
                return owner.agentTurn(next, driver);
            }
        };
    }

    private void handle(List<AgentEvent> events, Runnable recorded) {
        if (isOver()) {
            recorded.run();
            return;
        }
        watchdog.alive();
        owner.relay(this, events, recorded);
    }

    /** The turn's last event has been relayed. */
    void turnEnded(AgentEvent.TurnEnded end) {
        turnEnd = end;
        endIfDone();
    }

    /** Somebody kills the run; the stage completes when it is over. */
    void kill(CompletableFuture<Execution> over) {
        killers.add(over);
        endAgent();
    }

    /** Somebody stops the turn; an agent that does not obey within the grace is killed. */
    void interrupt(CompletableFuture<Execution> over) {
        interrupters.add(over);
        if (interrupters.size() > 1 || phase != Phase.RUNNING) {
            return;
        }
        Duration grace =
                turn == null || orphaned ? Duration.ZERO : services.setting(ServerSettings.TIMEOUTS_KILL_GRACE);
        timers.add(services.after(grace, serial, () -> {
            escalated = true;
            endAgent();
        }));
        if (!grace.isZero()) {
            askToStop();
        }
    }

    private void askToStop() {
        try {
            turn.interrupt();
        } catch (RuntimeException e) {
            LOG.warn("run {}: the agent could not be asked to stop; it will be ended", id, e);
        }
    }

    private void timeOut(String message) {
        if (phase == Phase.RUNNING) {
            timeout = Optional.of(message);
            endAgent();
        }
    }

    private void endAgent() {
        if (phase == Phase.RUNNING) {
            terminate(TERMINATIONS);
        }
    }

    /** Tries again when the termination fails, for instance because custody is just being replaced. */
    private void terminate(int attempts) {
        phase = Phase.ENDING;
        int mine = ++attempt;
        termination()
                .whenComplete((nothing, failure) -> serial.execute(() -> {
                    if (mine == attempt && !isOver()) {
                        terminated(failure, attempts);
                    }
                }));
    }

    private void terminated(Throwable failure, int attempts) {
        // A server that is being stopped has no time to try again: its stores are about to go, and the next start sees
        // to the agent.
        boolean time = attempts > 1 && !services.admission().isClosed();
        if (failure != null && time && (turnEnd == null || orphaned)) {
            LOG.warn("run {}: termination failed, trying again", id, failure);
            int failed = attempt;
            timers.add(services.after(RETRY, serial, () -> {
                if (failed == attempt && !isOver()) {
                    terminate(attempts - 1);
                }
            }));
            return;
        }
        if (failure != null) {
            LOG.error("run {}: termination failed; processes of its agent may be left", id, failure);
        }
        phase = Phase.DRAINING;
        timers.add(services.after(DRAIN, serial, this::giveUpOnOutput));
        endIfDone();
    }

    private CompletionStage<?> termination() {
        if (turn == null) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            return orphaned ? Orphans.terminate(services, turn.agentId()) : Orphans.bounded(services, turn.kill());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void giveUpOnOutput() {
        if (phase == Phase.DRAINING && turnEnd == null) {
            LOG.warn("run {}: the agent is gone but the end of its output was not reported", id);
            turnEnd = new AgentEvent.TurnEnded(
                    AgentEvent.Verdict.DIED, "the agent was ended", OptionalInt.empty(), "", Optional.empty());
            endIfDone();
        }
    }

    private void endIfDone() {
        boolean nobodyTells = phase == Phase.DRAINING && (orphaned || turn == null);
        if (!isOver() && phase != Phase.ENDING && (turnEnd != null || nobodyTells)) {
            end(null);
        }
    }

    /** What the run comes to as things stand. */
    ExecutionOutcome outcome() {
        if (!killers.isEmpty() || escalated) {
            return ExecutionOutcome.of(Result.KILLED);
        }
        if (given != null) {
            return given;
        }
        if (timeout.isPresent()) {
            return ExecutionOutcome.failed(Result.TIMED_OUT, ErrorCode.EXECUTION_TIMEOUT, timeout.get(), Map.of());
        }
        if (!interrupters.isEmpty()) {
            return ExecutionOutcome.of(Result.INTERRUPTED);
        }
        if (turnEnd == null) {
            return ExecutionOutcome.failed(
                    Result.FAILED,
                    ErrorCode.EXECUTION_FAILED,
                    "the executor was removed while the agent ran; send the prompt again to go on in the same session",
                    Map.of("reason", "executor_removed"));
        }
        return switch (turnEnd.verdict()) {
            case COMPLETED -> ExecutionOutcome.of(Result.COMPLETED);
            case INTERRUPTED -> ExecutionOutcome.of(Result.INTERRUPTED);
            case FAILED, DIED ->
                ExecutionOutcome.failed(Result.FAILED, ErrorCode.EXECUTION_FAILED, turnEnd.message(), failureDetails());
        };
    }

    private Map<String, Object> failureDetails() {
        Map<String, Object> details = new LinkedHashMap<>();
        turnEnd.exitCode().ifPresent(code -> details.put("exit_code", code));
        details.put("stderr_tail", turnEnd.stderrTail());
        return details;
    }

    /**
     * Ends the run, whatever it was doing; a second end does nothing.
     *
     * @param outcome what it comes to unless somebody has killed it; {@code null} for what its turn came to
     */
    void end(ExecutionOutcome outcome) {
        if (isOver()) {
            return;
        }
        phase = Phase.OVER;
        given = outcome;
        watchdog.stop();
        timers.forEach(timer -> timer.cancel(false));
        owner.ended(this);
    }

    /** The end is recorded but not shown yet: makes room, so that who sees the end can begin the next run and finds nothing left. */
    void makeRoom(ExecutionOutcome outcome) {
        if (orphaned && turn != null) {
            turn.agentId().ifPresent(agent -> Orphans.release(services, agent));
        }
        permit.release(outcome.result(), watchdog.elapsed());
    }

    /** The end has been shown: tells those who waited for it. */
    void close(Execution execution) {
        killers.forEach(killer -> killer.complete(execution));
        interrupters.forEach(interrupter -> interrupter.complete(execution));
    }
}
