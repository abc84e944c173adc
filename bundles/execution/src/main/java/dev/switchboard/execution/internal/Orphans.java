package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.TerminationPlan;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Agents whose executor is gone, as custody sees them. */
final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    /** What a termination may take beyond the kill grace: the sweep for what escaped, on a loaded machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Orphans() {}

    /**
     * Ends an agent through custody, with the kill grace; completes when nothing is left of it, at once if custody does not know
     * it. Fails if custody is not there, or goes before it is done.
     */
    static CompletionStage<?> terminate(Services services, Optional<String> agentId) {
        TerminationPlan plan = TerminationPlan.ladder(services.setting(ServerSettings.TIMEOUTS_KILL_GRACE));
        return agentId.<CompletionStage<?>>map(id -> terminate(services, id, plan))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /** The same, for an agent that has no turn: there is nothing to give it time for. */
    static CompletionStage<?> endNow(Services services, String agentId) {
        return terminate(services, agentId, TerminationPlan.now());
    }

    private static CompletionStage<?> terminate(Services services, String agentId, TerminationPlan plan) {
        Optional<ProcessCustodian> custodian = services.custodian().get();
        if (custodian.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no custody just now"));
        }
        try {
            return bounded(services, custodian.get().terminate(agentId, plan));
        } catch (NoSuchElementException e) {
            return CompletableFuture.completedFuture(null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A termination that fails if it has not completed well after the kill grace: who was to complete it may be gone. */
    static CompletionStage<?> bounded(Services services, CompletionStage<?> termination) {
        CompletableFuture<Object> result = new CompletableFuture<>();
        Duration bound = services.setting(ServerSettings.TIMEOUTS_KILL_GRACE).plus(PATIENCE);
        Future<?> timer = services.after(
                bound,
                services.pool(),
                () -> result.completeExceptionally(new TimeoutException("not done after " + bound.toMillis() + " ms")));
        termination.whenComplete((value, failure) -> {
            timer.cancel(false);
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Has custody forget an agent that was terminated. */
    static void release(Services services, String agentId) {
        services.custodian().get().ifPresent(custodian -> {
            try {
                custodian.release(agentId);
            } catch (NoSuchElementException | IllegalStateException e) {
                LOG.debug("agent {} is gone already, or not dead yet: the next start sees to it", agentId);
            } catch (RuntimeException e) {
                LOG.warn("agent {} could not be released; the next start sees to it", agentId, e);
            }
        });
    }
}
