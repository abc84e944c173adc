package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a run's agent from one executor to the next, of this server or a later one: the first lets go of it, all that it
 * reported is recorded, and only then is the next one told where to go on, so that every line is recorded once. Used only on the
 * project's serial executor.
 */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    /** How long an agent that nobody drives works on, before it is ended because no executor came to go on with it. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The run whose agent it is. */
    interface Side {
        /** Whether the agent's turn is under way, and no end of it in sight. */
        boolean isRunning();

        /**
         * What the next executor has to know.
         *
         * @throws SwitchboardException if the log cannot be read just now
         */
        AgentAdoption adoption(String agentId);

        AgentListener listener(AgentExecutor by, String executor);

        /** Somebody drives the agent again. */
        void adopted();

        /** The executor says that nobody can go on with the agent. */
        void impossible(SwitchboardException why);

        /** Nobody has come who could go on with the agent. */
        void nobodyCame();

        /** Does something on the project's executor after a while, if the run is not over by then. */
        Future<?> after(Duration delay, Runnable task);
    }

    private final Services services;
    private final RunAgent agent;
    private final Side side;

    /** Completes when all that the executor reported before it let go of the agent is recorded; null while one drives it. */
    private CompletableFuture<Void> free;

    private Future<?> patience;
    private boolean quiet;
    private int unrecorded;

    Handover(Services services, RunAgent agent, Side side) {
        this.services = services;
        this.agent = agent;
        this.side = side;
    }

    /** Whether the agent waits for somebody to go on with it. */
    boolean isUnderWay() {
        return free != null;
    }

    /** Completes when all that was reported of the agent is recorded. */
    CompletionStage<Void> free() {
        return free;
    }

    /** An earlier server has let go of the agent, in whatever way it ended. */
    void leftBehind() {
        begin();
        free.complete(null);
    }

    /**
     * Has the executor let go of the agent.
     *
     * @param serial where to go on when it has
     * @return completes when all that it reported is recorded
     */
    CompletionStage<Void> letGo(Executor serial) {
        quiet = false;
        begin();
        CompletionStage<Void> result = free;
        agent.letGo()
                .whenComplete((nothing, failure) -> serial.execute(() -> {
                    quiet = true;
                    settle();
                }));
        return result;
    }

    private void begin() {
        free = new CompletableFuture<>();
        patience = side.after(PATIENCE, side::nobodyCame);
    }

    /** A report has come, which is about to be recorded. */
    void reported() {
        unrecorded++;
    }

    /** A report has been recorded. */
    void recorded() {
        unrecorded--;
        settle();
    }

    private void settle() {
        if (free != null && quiet && unrecorded == 0) {
            free.complete(null);
            adoptIfPossible();
        }
    }

    /** The run is over: whoever waits for the agent to be free waits no longer. */
    void over() {
        if (free != null) {
            free.complete(null);
        }
    }

    /** Has an executor go on with the agent, if nobody drives it and there is one; not in a server that is being stopped. */
    void adoptIfPossible() {
        if (free == null
                || !free.isDone()
                || !side.isRunning()
                || services.admission().isClosed()) {
            return;
        }
        agent.successor().ifPresent(executor -> {
            if (agent.canAdopt(executor)) {
                adopt(executor);
            } else {
                side.nobodyCame();
            }
        });
    }

    private void adopt(AgentExecutor by) {
        String agentId = agent.id().orElseThrow();
        String executor = agent.executor();
        try {
            AgentAdoption adoption = side.adoption(agentId);
            agent.drive(by, executor, () -> by.adopt(adoption, side.listener(by, executor)));
        } catch (RuntimeException
                | Error e) { // an Error too: classes of an executor that is just leaving may be missing
            if (e instanceof SwitchboardException no && no.code() == ErrorCode.EXECUTION_FAILED) {
                side.impossible(no);
            } else {
                LOG.warn("nobody could go on with agent {} yet, trying again: {}", agentId, e.toString());
                side.after(RETRY, this::adoptIfPossible);
            }
            return;
        }
        LOG.info("{} goes on with agent {}", executor, agentId);
        notNeeded();
        side.adopted();
    }

    /** Somebody drives the agent. */
    void notNeeded() {
        if (free != null) {
            free = null;
            patience.cancel(false);
        }
    }
}
