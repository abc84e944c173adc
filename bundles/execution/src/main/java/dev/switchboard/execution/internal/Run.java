package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.PermissionAnswer;
import java.time.Duration;
import java.time.Instant;
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

    /** How long the turn of an executor that has left, and whose agent nobody can adopt, may still take to end by itself. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** How long an agent that nobody drives works on, before it is ended because no executor came to go on with it. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int TERMINATIONS = 10;

    /** What a run needs of its project. */
    interface Owner {
        /** Records and shows events up to the end of the turn; completes when they are recorded. */
        void relay(Run run, List<AgentEvent> events, Runnable recorded);

        /** Records the end of the run with the outcome that it has by then. */
        void ended(Run run);

        /**
         * What somebody needs to know to go on with the run's agent.
         *
         * @throws SwitchboardException if the log cannot be read just now
         */
        AgentAdoption adoption(Run run, String agentId);

        /**
         * Makes the listener for a turn that the agent began by itself.
         *
         * @param by who drives the agent
         * @param executor its name
         */
        AgentListener agentTurn(AgentTurn turn, AgentExecutor by, String executor);
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
    private final Admission.Permit permit;
    private final Services services;
    private final Executor serial;
    private final Owner owner;
    private final Watchdog watchdog;
    private final RunAgent agent;
    private final long firstSeq;
    private final List<CompletableFuture<Execution>> killers = new ArrayList<>();
    private final List<CompletableFuture<Execution>> interrupters = new ArrayList<>();
    private final List<Future<?>> timers = new ArrayList<>();

    private ExecutionOptions options;
    private Phase phase = Phase.RUNNING;
    /** Completes when all that the executor reported before it let go of the agent is recorded; null while one drives it. */
    private CompletableFuture<Void> letGo;

    private Future<?> patience;
    private boolean quiet;
    /** Reports that are not recorded yet. */
    private int relaying;
    /** Whether an earlier server began the run, and what became of its agent has still to be seen. */
    private boolean leftBehind;

    private Instant begunAt;
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
        this.agent = new RunAgent(id, services);
        this.watchdog = new Watchdog(
                (delay, task) -> services.after(delay, serial, task),
                System::nanoTime,
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
     * Begins the agent's turn, or takes it on if the agent has begun it.
     *
     * @param by who drives it from now on
     * @param executor the name of who does
     */
    void begin(AgentExecutor by, String executor, Supplier<AgentTurn> launch) {
        watch(Duration.ZERO);
        try {
            agent.drive(by, executor, launch);
        } catch (SwitchboardException e) {
            end(ExecutionOutcome.failed(Result.FAILED, e.code(), e.getMessage(), e.details()));
        } catch (RuntimeException
                | Error e) { // an Error too: classes of an executor that is just leaving may be missing
            LOG.error("run {} cannot begin", id, e);
            end(ExecutionOutcome.failed(
                    Result.FAILED, ErrorCode.EXECUTION_FAILED, "the agent could not be started", Map.of()));
        }
    }

    private void watch(Duration already) {
        watchdog.start(options.timeout().orElseGet(() -> services.setting(ServerSettings.TIMEOUTS_EXECUTION)), already);
    }

    /**
     * An earlier server began the run, and nobody drives its agent; where that is, {@link #found} or {@link #lost} tells.
     *
     * @param begun when it did so
     */
    void resume(Instant begun) {
        leftBehind = true;
        begunAt = begun;
        awaitExecutor();
        letGo.complete(null);
    }

    /**
     * Its agent is in custody.
     *
     * @param asked the options that the run was begun with
     */
    void found(String agentId, String executor, ExecutionOptions asked) {
        if (isOver()) {
            return;
        }
        options = asked;
        agent.leftBehind(agentId, executor);
        Duration already = Duration.between(begunAt, services.clock().instant());
        watch(already.isNegative() ? Duration.ZERO : already);
        adoptIfPossible();
    }

    /** Its agent is nowhere: the server was stopped before it was launched, or somebody cleared it away. */
    void lost() {
        end(null);
    }

    /** Whether an earlier server began it and nobody has gone on with it yet. */
    boolean isLeftBehind() {
        return leftBehind;
    }

    /**
     * An executor has left. If it drove this run, its successor goes on; if none can, and the turn does not end by itself, the
     * agent is ended through custody.
     */
    void executorLeft(AgentExecutor gone) {
        if (agent.driver().filter(driver -> driver == gone).isEmpty() || isOver()) {
            return;
        }
        if (canBeLeft()) {
            LOG.info("run {}: its executor has left, waiting for another", id);
            leave();
        } else {
            LOG.warn("run {}: its executor has left", id);
            timers.add(services.after(FAREWELL, serial, this::orphan));
        }
    }

    private boolean canBeLeft() {
        return phase == Phase.RUNNING && turnEnd == null && agent.adoptable();
    }

    /**
     * Lets go of the agent, which works on in custody until an executor goes on with it; where nobody could, kills it.
     *
     * @return completes when all that was reported is recorded
     */
    CompletionStage<?> leave() {
        if (letGo != null) {
            return letGo;
        }
        if (!canBeLeft()) {
            CompletableFuture<Execution> over = new CompletableFuture<>();
            kill(over);
            return over;
        }
        quiet = false;
        awaitExecutor();
        CompletionStage<Void> result = letGo;
        agent.letGo()
                .whenComplete((nothing, failure) -> serial.execute(() -> {
                    quiet = true;
                    settle();
                }));
        return result;
    }

    /** From now on nobody drives the agent. */
    private void awaitExecutor() {
        letGo = new CompletableFuture<>();
        watchdog.unheard(true);
        patience = services.after(PATIENCE, serial, this::orphan);
        timers.add(patience);
    }

    private void settle() {
        if (letGo != null && (isOver() || quiet && relaying == 0)) {
            letGo.complete(null);
            adoptIfPossible();
        }
    }

    /** Has an executor go on with the agent, if nobody drives it and there is one. */
    void adoptIfPossible() {
        boolean free = letGo != null && letGo.isDone();
        if (free
                && phase == Phase.RUNNING
                && turnEnd == null
                && !services.admission().isClosed()) {
            agent.successor().ifPresent(executor -> {
                if (agent.canAdopt(executor)) {
                    adopt(executor);
                } else {
                    orphan();
                }
            });
        }
    }

    private void adopt(AgentExecutor by) {
        String agentId = agent.id().orElseThrow();
        try {
            AgentAdoption adoption = owner.adoption(this, agentId);
            String executor = agent.executor();
            agent.drive(by, executor, () -> by.adopt(adoption, listener(by, executor)));
        } catch (SwitchboardException e) {
            if (e.code() == ErrorCode.EXECUTION_FAILED) {
                LOG.error("run {}: nobody can go on with its agent: {}", id, e.getMessage());
                given = ExecutionOutcome.failed(Result.FAILED, e.code(), e.getMessage(), e.details());
                endAgent();
            } else {
                adoptLater(e);
            }
            return;
        } catch (RuntimeException
                | Error e) { // an Error too: classes of an executor that is just leaving may be missing
            adoptLater(e);
            return;
        }
        LOG.info("run {}: going on with its agent {}", id, agentId);
        letGo = null;
        leftBehind = false;
        patience.cancel(false);
        watchdog.unheard(false);
        if (!interrupters.isEmpty()) {
            agent.interrupt();
        }
    }

    private void adoptLater(Throwable why) {
        LOG.warn("run {}: nobody could go on with its agent yet, trying again: {}", id, why.toString());
        timers.add(services.after(RETRY, serial, this::adoptIfPossible));
    }

    /** Also if its executor was ending it just then: whether that still works nobody can tell. */
    private void orphan() {
        if (!isOver()) {
            if (agent.driven()) {
                agent.abandon();
            } else {
                LOG.warn("run {}: no executor has gone on with its agent, which is ended therefore", id);
            }
            terminate(TERMINATIONS);
        }
    }

    /** Whether the end has been claimed: nothing of the run is recorded any more but that. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Hands an answer to the agent, now or when somebody goes on with it. */
    void answer(PermissionAnswer answer) {
        agent.answer(answer);
    }

    /**
     * A listener for the agent's events.
     *
     * @param by who drives the agent
     * @param executor its name
     */
    AgentListener listener(AgentExecutor by, String executor) {
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
                return owner.agentTurn(next, by, executor);
            }
        };
    }

    private void handle(List<AgentEvent> events, Runnable recorded) {
        if (isOver()) {
            recorded.run();
            return;
        }
        watchdog.alive();
        relaying++;
        owner.relay(this, events, () -> {
            relaying--;
            recorded.run();
            settle();
        });
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
        boolean answers = agent.driven() || letGo != null;
        Duration grace = answers ? services.setting(ServerSettings.TIMEOUTS_KILL_GRACE) : Duration.ZERO;
        timers.add(services.after(grace, serial, () -> {
            escalated = true;
            endAgent();
        }));
        agent.interrupt();
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
        agent.terminate()
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
        if (failure != null && time && (turnEnd == null || !agent.driven())) {
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

    private void giveUpOnOutput() {
        if (phase == Phase.DRAINING && turnEnd == null) {
            LOG.warn("run {}: the agent is gone but the end of its output was not reported", id);
            turnEnd = new AgentEvent.TurnEnded(
                    AgentEvent.Verdict.DIED, "the agent was ended", OptionalInt.empty(), "", Optional.empty());
            endIfDone();
        }
    }

    private void endIfDone() {
        boolean nobodyTells = phase == Phase.DRAINING && !agent.driven();
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
            return nobodyWentOn();
        }
        return switch (turnEnd.verdict()) {
            case COMPLETED -> ExecutionOutcome.of(Result.COMPLETED);
            case INTERRUPTED -> ExecutionOutcome.of(Result.INTERRUPTED);
            case FAILED, DIED ->
                ExecutionOutcome.failed(Result.FAILED, ErrorCode.EXECUTION_FAILED, turnEnd.message(), failureDetails());
        };
    }

    private ExecutionOutcome nobodyWentOn() {
        String reason = leftBehind ? "server_stopped" : "executor_removed";
        String what = leftBehind
                ? "the server was stopped while this run was active"
                : "the executor was removed while the agent ran";
        return ExecutionOutcome.failed(
                Result.FAILED,
                ErrorCode.EXECUTION_FAILED,
                what + "; send the prompt again to go on in the same session",
                Map.of("reason", reason));
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
        given = outcome == null ? given : outcome;
        watchdog.stop();
        timers.forEach(timer -> timer.cancel(false));
        owner.ended(this);
        settle();
    }

    /** The end is recorded but not shown yet: makes room, so that who sees the end can begin the next run and finds nothing left. */
    void makeRoom(ExecutionOutcome outcome) {
        agent.release();
        permit.release(outcome.result(), watchdog.elapsed());
    }

    /** The end has been shown: tells those who waited for it. */
    void close(Execution execution) {
        killers.forEach(killer -> killer.complete(execution));
        interrupters.forEach(interrupter -> interrupter.complete(execution));
    }
}
