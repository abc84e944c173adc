package dev.switchboard.execution;

import dev.switchboard.process.CustodyRecord;
import dev.switchboard.project.ProjectId;
import java.util.Objects;
import java.util.Set;

/**
 * A turn that an agent is in the middle of, begun by an earlier server or an earlier executor of the same name.
 *
 * @param agent what custody knows of it
 * @param offset where reading its output goes on: behind the last line that was logged
 * @param openPermissions the questions that were recorded and not answered yet
 */
public record AgentAdoption(
        ExecutionId execution,
        ProjectId project,
        ExecutionOptions options,
        CustodyRecord agent,
        long offset,
        Set<String> openPermissions) {
    public AgentAdoption {
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(agent, "agent");
        openPermissions = Set.copyOf(openPermissions);
    }
}
