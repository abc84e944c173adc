package dev.switchboard.shell.internal.audit;

import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.cleanup.CleanupRun;
import java.util.Optional;

/** Records who has things removed. */
record AuditedCleanup(Cleanup service, ShellAudit audit) implements Cleanup {
    @Override
    public CleanupRun run(boolean dryRun) {
        return dryRun
                ? service.run(true)
                : audit.call(audit.entry("cleanup"), () -> service.run(false), (entry, run) -> entry);
    }

    @Override
    public Optional<CleanupRun> last() {
        return service.last();
    }
}
