package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the runs that are active when the server stops, so that no agent works on for nobody. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final String SERVER = "server";

    private Shutdown() {}

    /** Kills every active run and waits, within {@code seconds}, until their ends are recorded. */
    static void endRuns(Roster roster, ExecutionService executions, long seconds) {
        CompletableFuture<?>[] kills = roster.all().stream()
                .filter(actor -> actor.status().execution().isPresent())
                .map(actor -> kill(executions, actor))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(kills).get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("runs were still active after {} s; the next start ends them", seconds);
        } catch (ExecutionException e) {
            LOG.error("ending the active runs failed", e);
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
