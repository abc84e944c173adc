package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.time.Instant;
import java.util.Objects;

/**
 * A run; a snapshot.
 *
 * @param status where it was
 * @param position its place in the queue, 1 first; 0 unless queued
 * @param at when it came to be in this status
 * @param firstSeq the record of its EXECUTING; 0 while it is queued, and if it never began
 * @param seq the last record that it had caused by now: a reply about it belongs behind this one. Of one that was just queued
 *        the record before the {@code queue_update} that shows it
 */
public record Execution(
        ExecutionId id, ProjectId project, Status status, int position, Instant at, long firstSeq, long seq) {
    /** Where a run is. */
    public enum Status {
        /** It waits behind another. */
        QUEUED,
        /** It runs. */
        STARTED,
        /** It is over. */
        ENDED
    }

    public Execution {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(at, "at");
    }
}
