package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import java.util.Objects;

/**
 * A wish to run an agent.
 *
 * @param by who asks; their name is shown to everybody on the project, their role decides about the options
 * @param queue whether to wait behind the active run instead of being refused
 */
public record ExecutionRequest(
        ProjectId project, Prompt prompt, ExecutionOptions options, Principal by, boolean queue) {
    public ExecutionRequest {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(by, "by");
    }
}
