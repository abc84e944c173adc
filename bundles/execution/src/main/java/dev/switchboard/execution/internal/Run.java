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
import dev.switchboard.logging.LogContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int TERMINATIONS = 10;

    /** What a run needs of its project. */
    interface Owner {
        /** Records and shows events up to the end of the turn; completes when they are recorded. */
        void relay(Run run, List<AgentEvent> events, Runnable recorded);

        /** How long a run may take that does not say it itself; zero means without end. */
        Duration timeout();

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
    private final LogContext context;
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

    private final RunOutcome outcome = new RunOutcome();
    private final Handover handover;

    private ExecutionOptions options;
    private Phase phase = Phase.RUNNING;
    private Instant begunAt;
    /** The number of the present attempt to end the agent; what comes of an earlier one does not count. */
    private int attempt;

    Run(
            ExecutionId id,
            ExecutionOptions options,
            long firstSeq,
            Admission.Permit permit,
            Services services,
            Executor serial,
            Owner owner) {
        this.id = id;
        this.context = LogContext.current().withExecution(id.toString());
        this.options = options;
        this.firstSeq = firstSeq;
        this.permit = permit;
        this.services = services;
        this.serial = serial;
        this.owner = owner;
        this.begunAt = services.clock().instant();
        permit.begin();
        this.agent = new RunAgent(id, services);
        this.handover = new Handover(services, agent, new HandoverSide());
        this.watchdog = new Watchdog(
                (delay, task) -> services.after(delay, serial, task),
                System::nanoTime,
                services.setting(ServerSettings.TIMEOUTS_SILENCE),
                this::timeOut);
    }

    ExecutionId id() {
        return id;
    }

    /** What log lines tell of it: who asked for it, too, if a client of this server did. */
    LogContext context() {
        return context;
    }

    ExecutionOptions options() {
        return options;
    }

    /** Whether an earlier server began it, and there is no agent that could go on. */
    boolean lacksAgent() {
        return phase == Phase.RUNNING && outcome.isLeftBehind() && agent.id().isEmpty();
    }

    /** Replaces the options, before its agent is launched. */
    void options(ExecutionOptions checked) {
        options = checked;
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
        context.run(() -> beginTurn(by, executor, launch));
    }

    private void beginTurn(AgentExecutor by, String executor, Supplier<AgentTurn> launch) {
        handover.notNeeded();
        watch(Duration.ZERO);
        driven();
        try {
            agent.drive(by, executor, launch);
        } catch (SwitchboardException e) {
            end(failed(e));
        } catch (RuntimeException
                | Error e) { // an Error too: classes of an executor that is just leaving may be missing
            LOG.error("run {} cannot begin", id, e);
            end(ExecutionOutcome.failed(
                    Result.FAILED, ErrorCode.EXECUTION_FAILED, "the agent could not be started", Map.of()));
        }
    }

    /** Somebody drives the agent, whoever began the run. */
    private void driven() {
        outcome.leftBehind(false);
        watchdog.unheard(false);
    }

    private void watch(Duration already) {
        watchdog.start(options.timeout().orElseGet(owner::timeout), already);
    }

    /**
     * An earlier server began the run, and nobody drives its agent; where that is, {@link #found} or {@link #lost} tells.
     *
     * @param begun when it did so
     */
    void resume(Instant begun) {
        begunAt = begun;
        outcome.leftBehind(true);
        watchdog.unheard(true);
        handover.leftBehind();
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
        handover.adoptIfPossible();
    }

    /** Its agent is nowhere: the server was stopped before it was launched, or somebody cleared it away. */
    void lost() {
        end(null);
    }

    /** Whether an earlier server began it and nobody has gone on with it yet. */
    boolean isLeftBehind() {
        return outcome.isLeftBehind();
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
            later(FAREWELL, this::orphan);
        }
    }

    private boolean canBeLeft() {
        return phase == Phase.RUNNING && !outcome.hasTurnEnded() && agent.adoptable();
    }

    /**
     * Lets go of the agent, which works on in custody until an executor goes on with it; where nobody could, kills it.
     *
     * @return completes when all that was reported is recorded
     */
    CompletionStage<?> leave() {
        if (handover.isUnderWay()) {
            return handover.free();
        }
        if (!canBeLeft()) {
            CompletableFuture<Execution> over = new CompletableFuture<>();
            kill(over);
            return over;
        }
        watchdog.unheard(true);
        return handover.letGo(serial);
    }

    /** Has an executor go on with the agent, if nobody drives it and there is one. */
    void adoptIfPossible() {
        handover.adoptIfPossible();
    }

    private final class HandoverSide implements Handover.Side {
        @Override
        public boolean isRunning() {
            return phase == Phase.RUNNING && !outcome.hasTurnEnded();
        }

        @Override
        public AgentAdoption adoption(String agentId) {
            return owner.adoption(Run.this, agentId);
        }

        @Override
        public AgentListener listener(AgentExecutor by, String executor) {
            return Run.this.listener(by, executor);
        }

        @Override
        public void adopted() {
            driven();
            if (outcome.isInterrupted()) {
                agent.interrupt();
            }
        }

        @Override
        public void impossible(SwitchboardException why) {
            LOG.error("run {}: nobody can go on with its agent: {}", id, why.getMessage());
            stop(why);
        }

        @Override
        public void nobodyCame() {
            orphan();
        }

        @Override
        public Future<?> after(Duration delay, Runnable task) {
            return later(delay, task);
        }
    }

    /** Does something after a while, unless the run is over by then. */
    private Future<?> later(Duration delay, Runnable task) {
        Future<?> timer = services.after(delay, serial, task);
        timers.add(timer);
        return timer;
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
        handover.reported();
        owner.relay(this, events, () -> {
            recorded.run();
            handover.recorded();
        });
    }

    /** The turn's last event has been relayed. */
    void turnEnded(AgentEvent.TurnEnded end) {
        if (end.verdict() == AgentEvent.Verdict.DIED && phase == Phase.RUNNING) {
            blameDisk();
        }
        outcome.turnEnded(end);
        endIfDone();
    }

    /** Agents die of a full disk too, and cannot say so any more. */
    private void blameDisk() {
        try {
            services.admission().checkDisk();
        } catch (SwitchboardException why) {
            outcome.given(failed(why));
        }
    }

    /** Somebody kills the run; the stage completes when it is over. */
    void kill(CompletableFuture<Execution> over) {
        killers.add(over);
        outcome.killed();
        endAgent();
    }

    /** The server cannot let it go on: its agent is ended, and the run with this error. */
    void stop(SwitchboardException why) {
        if (phase == Phase.RUNNING) {
            outcome.given(failed(why));
            endAgent();
        }
    }

    private static ExecutionOutcome failed(SwitchboardException why) {
        return ExecutionOutcome.failed(Result.FAILED, why.code(), why.getMessage(), why.details());
    }

    /** Somebody stops the turn; an agent that does not obey within the grace is killed. */
    void interrupt(CompletableFuture<Execution> over) {
        interrupters.add(over);
        outcome.interrupted();
        if (interrupters.size() > 1 || phase != Phase.RUNNING) {
            return;
        }
        boolean answers = agent.driven() || handover.isUnderWay();
        later(answers ? services.setting(ServerSettings.TIMEOUTS_KILL_GRACE) : Duration.ZERO, () -> {
            outcome.killed();
            endAgent();
        });
        agent.interrupt();
    }

    private void timeOut(String message) {
        if (phase == Phase.RUNNING) {
            outcome.timedOut(message);
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
        if (failure != null && time && (!outcome.hasTurnEnded() || !agent.driven())) {
            LOG.warn("run {}: termination failed, trying again", id, failure);
            int failed = attempt;
            later(RETRY, () -> {
                if (failed == attempt && !isOver()) {
                    terminate(attempts - 1);
                }
            });
            return;
        }
        if (failure != null) {
            LOG.error("run {}: termination failed; processes of its agent may be left", id, failure);
        }
        phase = Phase.DRAINING;
        later(DRAIN, this::giveUpOnOutput);
        endIfDone();
    }

    private void giveUpOnOutput() {
        if (phase == Phase.DRAINING && !outcome.hasTurnEnded()) {
            LOG.warn("run {}: the agent is gone but the end of its output was not reported", id);
            outcome.turnEnded(new AgentEvent.TurnEnded(
                    AgentEvent.Verdict.DIED, "the agent was ended", OptionalInt.empty(), "", Optional.empty()));
            endIfDone();
        }
    }

    private void endIfDone() {
        boolean nobodyTells = phase == Phase.DRAINING && !agent.driven();
        if (!isOver() && phase != Phase.ENDING && (outcome.hasTurnEnded() || nobodyTells)) {
            end(null);
        }
    }

    /** What the run comes to as things stand. */
    ExecutionOutcome outcome() {
        return outcome.get();
    }

    /**
     * Ends the run, whatever it was doing; a second end does nothing.
     *
     * @param found what it comes to unless somebody has killed it; {@code null} for what its turn came to
     */
    void end(ExecutionOutcome found) {
        if (isOver()) {
            return;
        }
        phase = Phase.OVER;
        if (found != null) {
            outcome.given(found);
        }
        watchdog.stop();
        timers.forEach(timer -> timer.cancel(false));
        owner.ended(this);
        handover.over();
    }

    /** The end is recorded but not shown yet: makes room, so that who sees the end can begin the next run and finds nothing left. */
    void makeRoom(ExecutionOutcome last) {
        agent.release();
        permit.release(last.result(), watchdog.elapsed());
    }

    /** The end has been shown: tells those who waited for it. */
    void close(Execution execution) {
        killers.forEach(killer -> killer.complete(execution));
        interrupters.forEach(interrupter -> interrupter.complete(execution));
    }
}
