package dev.switchboard.execution;

import java.time.Instant;
import java.util.Objects;

/**
 * A run that waits in a project's queue, as everybody on the project is shown it; a snapshot.
 *
 * @param by the name of who asked for it
 * @param prompt what it is to begin with, shortened to a line
 * @param queuedAt when it was accepted
 */
public record QueuedExecution(ExecutionId id, String by, String prompt, Instant queuedAt) {
    public QueuedExecution {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(queuedAt, "queuedAt");
    }

    /** Without the prompt. */
    @Override
    public String toString() {
        return "QueuedExecution[" + id + "]";
    }
}
