package dev.switchboard.message;

import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open message log: an append-only sequence of records for each project.
 *
 * <p><b>Appending.</b> Records of one project get consecutive {@code seq}s in the order of the calls; calls for one
 * project must not overlap, calls for different projects may. When {@link #append} returns, the records may be shown: they
 * are as safe as the configured durability says, and they survive the death of the server's process.
 *
 * <p><b>Reading</b> sees every record whose append has returned, never a part of one, and never waits for an append.
 *
 * <p>A project's log comes into being with the first call that names it. Errors:
 * {@link dev.switchboard.error.SwitchboardException} with {@code STORAGE_UNAVAILABLE} if the medium fails or the log is
 * closed, {@code DISK_SPACE_LOW} if it is full. A failed append has appended nothing: the records were not seen by any
 * reader and are not there later. If the log cannot tell whether they are there, every call for that project fails with
 * {@code STORAGE_UNAVAILABLE} until it has found out; the caller then looks at {@link #head} before it appends again. A crash in
 * the middle of an append may leave the first records of the batch.
 *
 * <p>A delete of a project does not overlap with appends to it. {@link #close} waits for calls that are under way.
 */
@ProviderType
public interface MessageLog extends AutoCloseable {
    /**
     * Appends records, all or none of them. Returns when they may be shown.
     *
     * @param batch at least one record; content need only stay readable until the call returns
     * @return the records as they were kept, in order
     */
    List<Message> append(ProjectId project, List<NewMessage> batch);

    /** The ends of the project's log. Never waits for the disk once the project's log is open. */
    LogHead head(ProjectId project);

    /**
     * Reads one page.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} with {@code details.field} =
     *         {@code cursor} if the cursor is not of this log and this query
     */
    MessagePage read(ProjectId project, MessageQuery query);

    /** The last record that came from this agent's output, if there is one: where reading of its output goes on. */
    Optional<Message> lastFrom(ProjectId project, String agent);

    /**
     * Removes the project's records for good. Deleting what is not there does nothing. A crash in the middle is
     * finished at the next opening. A later append begins a new log with a new epoch.
     */
    void delete(ProjectId project);

    /** The projects that have a log, also those that no registry knows any more. */
    Set<ProjectId> projects();

    /**
     * Makes everything durable and releases files and locks. Calls after it fail with {@code STORAGE_UNAVAILABLE};
     * closing twice does nothing. Content that was handed out and is not in memory can then no longer be read.
     */
    @Override
    void close();
}
