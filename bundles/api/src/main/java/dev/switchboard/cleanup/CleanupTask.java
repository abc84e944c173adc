package dev.switchboard.cleanup;

import java.io.IOException;
import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks after one sort of things that a bundle leaves behind, registered as a service (whiteboard). It removes only what surely
 * nobody needs any more and what is surely its own; what a person has to decide on it leaves, and tells of it.
 */
@ConsumerType
public interface CleanupTask {
    /** What it looks after, in {@code snake_case}: no other task has this name. */
    String name();

    /**
     * Looks once. Called on a thread that has time, by one at a time.
     *
     * @param dryRun whether nothing is to be removed; the report is then what would be
     * @throws IOException if it could not look, or not remove what it found; its message is for the server's log. It is called again at
     *         the next cleanup
     */
    CleanupReport run(Instant now, boolean dryRun) throws IOException;
}
