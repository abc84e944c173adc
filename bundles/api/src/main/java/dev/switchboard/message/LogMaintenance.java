package dev.switchboard.message;

import dev.switchboard.project.ProjectId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Checks and repairs what a kind of message log keeps; a service beside its {@link MessageLogProvider}, with the same property
 * {@link MessageLogProvider#NAME}. Optional: a store whose medium proves itself has none. Works on the log that is open, while
 * it is used. Both calls read all of a project's records and may take long.
 *
 * <p>Errors: {@link dev.switchboard.error.SwitchboardException} with {@code STORAGE_UNAVAILABLE} if no log is open, if it is
 * closed meanwhile, or if the medium fails.
 */
@ConsumerType
public interface LogMaintenance {
    /** Holds every record of a project against its checksum and its index. Changes nothing; nobody waits for it. */
    LogReport verify(ProjectId project);

    /**
     * Sets aside what is damaged and makes indexes again. Good records stay where they are, damaged ones stay a gap: nothing is
     * made up and nothing thrown away. Appends to the project wait until it is done.
     *
     * @return what was found, and of each finding whether it is mended
     */
    LogReport repair(ProjectId project);
}
