package dev.switchboard.messagelog.file.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupTask;
import java.io.IOException;
import java.time.Instant;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Deletes what could not be deleted of a deleted project's log, as the next opening would. */
@Component
public final class DeletedLogsCleanup implements CleanupTask {
    private final FileMessageLogProvider provider;

    @Activate
    public DeletedLogsCleanup(@Reference FileMessageLogProvider provider) {
        this.provider = provider;
    }

    @Override
    public String name() {
        return "deleted_logs";
    }

    @Override
    public CleanupReport run(Instant now, boolean dryRun) throws IOException {
        return provider.clean(dryRun);
    }
}
