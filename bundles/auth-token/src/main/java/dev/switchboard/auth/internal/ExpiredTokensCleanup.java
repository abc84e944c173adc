package dev.switchboard.auth.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupTask;
import java.time.Instant;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Removes expired tokens, and the file of the initial one if that has expired. */
@Component
public final class ExpiredTokensCleanup implements CleanupTask {
    private final FileTokenRegistry registry;

    @Activate
    public ExpiredTokensCleanup(@Reference FileTokenRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public CleanupReport run(Instant now, boolean dryRun) {
        return CleanupReport.removed("expired_token", registry.removeExpired(dryRun));
    }
}
