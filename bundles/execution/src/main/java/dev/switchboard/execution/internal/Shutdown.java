package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of the agents when the server stops: none waits for nobody, and none works on but for the next start. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final String SERVER = "server";
    private static final Duration IDLE_BOUND = Duration.ofSeconds(5);

    private Shutdown() {}

    /** Kills every active run and waits, within the bound, until their ends are recorded. */
    static void endRuns(Roster roster, ExecutionService executions, Duration bound) {
        CompletableFuture<?>[] kills = roster.all().stream()
                .filter(actor -> actor.status().execution().isPresent())
                .map(actor -> kill(executions, actor))
                .toArray(CompletableFuture<?>[]::new);
        await("ending the active runs", bound, kills);
    }

    /**
     * Leaves the agents of active runs to the next start and waits, within the bound, until all that they said so far is recorded.
     * Runs that nobody can go on with are killed.
     */
    static void keepRuns(Roster roster, Duration bound) {
        CompletableFuture<?>[] left = roster.all().stream()
                .filter(actor -> actor.status().execution().isPresent())
                .map(Shutdown::leave)
                .toArray(CompletableFuture<?>[]::new);
        await("leaving the active runs", bound, left);
    }

    /** A run that ended by itself meanwhile is as good as one that was left. */
    private static CompletableFuture<?> leave(ProjectActor actor) {
        return actor.ask(() -> actor.run()
                        .<CompletionStage<?>>map(Run::leave)
                        .orElseGet(() -> CompletableFuture.completedFuture(null)))
                .thenCompose(stage -> stage)
                .toCompletableFuture()
                .handle((nothing, failure) -> null);
    }

    /**
     * Has executors end the agents that wait for another turn, and waits a few seconds for their end and all others that are under way.
     */
    static void endIdleAgents(Roster roster, Ranked<AgentExecutor> executors, Endings endings) {
        Stream<CompletableFuture<?>> ending = roster.all().stream().map(actor -> forget(executors, actor));
        await(
                "ending idle agents",
                IDLE_BOUND,
                Stream.concat(ending, Stream.of(endings.all())).toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<?> forget(Ranked<AgentExecutor> executors, ProjectActor actor) {
        try {
            return executors
                    .best(actor.status().project().executor())
                    .<CompletableFuture<?>>map(
                            executor -> executor.forget(actor.id()).toCompletableFuture())
                    .orElseGet(() -> CompletableFuture.completedFuture(null));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void await(String what, Duration bound, CompletableFuture<?>... stages) {
        try {
            CompletableFuture.allOf(stages).get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("{} took longer than {} s; the next start does it", what, bound.toSeconds());
        } catch (ExecutionException e) {
            LOG.error("{} failed", what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A run that ended by itself meanwhile, and a project that is gone, are as good as one that was ended. */
    private static CompletableFuture<?> kill(ExecutionService executions, ProjectActor actor) {
        try {
            return executions.kill(actor.id(), SERVER).toCompletableFuture().exceptionally(failure -> null);
        } catch (SwitchboardException e) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
