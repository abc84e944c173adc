package dev.switchboard.cleanup;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Runs all cleanup tasks, by itself every {@code cleanup.hours} and whenever it is told to. */
@ProviderType
public interface Cleanup {
    /**
     * Runs every task once, in the caller's thread; waits while another run is under way.
     *
     * @param dryRun whether nothing is to be removed
     */
    CleanupRun run(boolean dryRun);

    /** The last run since the server started that was not dry. */
    Optional<CleanupRun> last();
}
