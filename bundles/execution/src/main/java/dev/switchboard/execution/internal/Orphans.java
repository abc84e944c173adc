package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.TerminationPlan;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Agents whose executor is gone, as custody sees them. */
final class Orphans {
    private Orphans() {}

    /** Ends an agent through custody; completes when nothing is left of it, at once if custody does not know it. */
    static CompletionStage<?> terminate(Services services, Optional<String> agentId) {
        Optional<ProcessCustodian> custodian = services.custodian().get();
        if (agentId.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        if (custodian.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no custody just now"));
        }
        TerminationPlan plan = TerminationPlan.ladder(services.setting(ServerSettings.TIMEOUTS_KILL_GRACE));
        try {
            return custodian.get().terminate(agentId.get(), plan);
        } catch (NoSuchElementException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Has custody forget an agent that was terminated. */
    static void release(Services services, String agentId) {
        services.custodian().get().ifPresent(custodian -> {
            try {
                custodian.release(agentId);
            } catch (NoSuchElementException | IllegalStateException e) {
                // gone already, or not yet dead: the next sweep sees to it
            }
        });
    }
}
