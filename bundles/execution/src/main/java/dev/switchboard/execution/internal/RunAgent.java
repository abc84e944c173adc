package dev.switchboard.execution.internal;

import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.PermissionAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one run, and who drives it: an executor, or nobody. While nobody does, the agent works on in custody, which can
 * end it, until an executor goes on with it. Used only on the project's serial executor.
 */
final class RunAgent {
    private static final Logger LOG = LoggerFactory.getLogger(RunAgent.class);

    private final ExecutionId run;
    private final Services services;

    private AgentExecutor driver;
    private AgentTurn turn;
    private boolean adoptable;
    private String executor = "";
    private Optional<String> id = Optional.empty();
    private boolean ended;

    RunAgent(ExecutionId run, Services services) {
        this.run = run;
        this.services = services;
    }

    /**
     * An executor begins the agent's turn, or goes on with it.
     *
     * @param name of the executor, for a successor to be found by
     * @throws RuntimeException what {@code launch} throws; nobody drives the agent then
     */
    void drive(AgentExecutor by, String name, Supplier<AgentTurn> launch) {
        executor = name;
        adoptable = canAdopt(by);
        turn = launch.get();
        driver = by;
    }

    boolean canAdopt(AgentExecutor candidate) {
        try {
            return candidate.capabilities().features().contains(AgentCapabilities.ADOPT);
        } catch (RuntimeException | Error e) { // an Error too: classes of one that is just leaving may be missing
            LOG.warn("run {}: its executor does not tell what it can do: {}", run, e.toString());
            return false;
        }
    }

    /** An earlier server left it in custody. */
    void leftBehind(String agentId, String executorName) {
        id = Optional.of(agentId);
        executor = executorName;
    }

    /** Who drives it now; empty if nobody does. */
    Optional<AgentExecutor> driver() {
        return Optional.ofNullable(driver);
    }

    /** The name of the executor that drives it, or did so. */
    String executor() {
        return executor;
    }

    boolean driven() {
        return turn != null;
    }

    /** Its identity in custody, as far as it is known. */
    Optional<String> id() {
        return turn == null ? id : turn.agentId();
    }

    /** Whether another executor can go on with it. */
    boolean adoptable() {
        return adoptable && id().isPresent();
    }

    /** The executor that would go on with it now, if it {@linkplain #canAdopt can}. */
    Optional<AgentExecutor> successor() {
        return id().isEmpty() ? Optional.empty() : services.executors().best(executor);
    }

    /**
     * Takes it from its executor and leaves it in custody.
     *
     * @return completes when the executor does not report any more; never exceptionally
     */
    CompletionStage<?> letGo() {
        AgentTurn left = turn;
        abandon();
        try {
            return left.detach().exceptionally(failure -> {
                LOG.warn("run {}: its executor could not let go of the agent: {}", run, failure.toString());
                return null;
            });
        } catch (RuntimeException | Error e) { // an Error too: classes of one that has left may be missing
            LOG.warn("run {}: its executor could not let go of the agent: {}", run, e.toString());
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Its executor has left without a word: from now on only custody can do something about it. */
    void abandon() {
        id = id();
        turn = null;
        driver = null;
    }

    /** Asks it to stop its turn. Does nothing while nobody drives it. */
    void interrupt() {
        if (turn == null) {
            return;
        }
        try {
            turn.interrupt();
        } catch (RuntimeException e) {
            LOG.warn("run {}: the agent could not be asked to stop; it will be ended", run, e);
        }
    }

    /** Hands an answer over. Does nothing while nobody drives it: who goes on with it finds the answer in the log. */
    void answer(PermissionAnswer answer) {
        if (turn != null) {
            turn.answer(answer);
        }
    }

    /** Ends it with everything it started; completes when that is done, exceptionally if it cannot be. */
    CompletionStage<?> terminate() {
        try {
            return turn == null ? endInCustody() : Orphans.bounded(services, turn.kill());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<?> endInCustody() {
        return Orphans.terminate(services, id).thenAccept(report -> ended = true);
    }

    /** The run is over: an agent that nobody drives is forgotten, and ended first where that was not done. */
    void release() {
        if (turn != null || id.isEmpty()) {
            return;
        }
        String agent = id.get();
        if (ended) {
            Orphans.release(services, agent);
        } else {
            Orphans.terminate(services, id)
                    .whenComplete((report, failure) -> services.pool().execute(() -> Orphans.release(services, agent)));
        }
    }
}
