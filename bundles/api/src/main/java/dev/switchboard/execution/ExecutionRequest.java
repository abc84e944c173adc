package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.util.Objects;

/**
 * A wish to run an agent.
 *
 * @param by the name of who asks, shown to everybody on the project
 * @param queue whether to wait behind the active run instead of being refused
 */
public record ExecutionRequest(
        ProjectId project, Prompt prompt, ExecutionOptions options, String by, boolean queue) {
    public ExecutionRequest {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(by, "by");
    }
}
