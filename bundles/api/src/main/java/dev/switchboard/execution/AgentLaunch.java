package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A turn that an agent is to take.
 *
 * @param directory the project's real directory
 * @param session the conversation to continue
 */
public record AgentLaunch(
        ExecutionId execution,
        ProjectId project,
        Path directory,
        SessionChoice session,
        Prompt prompt,
        ExecutionOptions options) {
    public AgentLaunch {
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
    }
}
