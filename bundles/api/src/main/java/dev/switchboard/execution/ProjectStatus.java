package dev.switchboard.execution;

import dev.switchboard.message.LogHead;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A project and what it is doing; a snapshot in which everything belongs to the same moment: {@code state} is what the
 * records up to {@code log.lastSeq()} led to, and whoever receives the records behind it misses no change.
 *
 * @param state what it is doing
 * @param execution the active run, while EXECUTING
 * @param log the ends of its log
 * @param pendingPermissions the agent's open questions, the oldest first
 * @param limitedUntil until when the agent's usage limit holds, if it said so
 * @param queue the runs that wait, the next one first
 */
public record ProjectStatus(
        Project project,
        ProjectState state,
        Optional<ExecutionId> execution,
        LogHead log,
        List<PermissionRequest> pendingPermissions,
        Optional<Instant> limitedUntil,
        List<QueuedExecution> queue) {
    public ProjectStatus {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(log, "log");
        pendingPermissions = List.copyOf(pendingPermissions);
        Objects.requireNonNull(limitedUntil, "limitedUntil");
        queue = List.copyOf(queue);
    }

    /** A project whose queue is empty. */
    public ProjectStatus(
            Project project,
            ProjectState state,
            Optional<ExecutionId> execution,
            LogHead log,
            List<PermissionRequest> pendingPermissions,
            Optional<Instant> limitedUntil) {
        this(project, state, execution, log, pendingPermissions, limitedUntil, List.of());
    }
}
