package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * A turn that an agent is to take.
 *
 * @param directory the project's real directory
 * @param session the conversation to continue
 * @param labels what the server wants to find again with the agent in custody for as long as the run's label
 *        {@link AgentExecutor#LABEL_EXECUTION} stands: put there before the prompt is sent, in a new process and in a warm one,
 *        and removed with that label. A name that the executor has a label of its own for is not taken. A turn that the agent
 *        begins by itself keeps the labels of the turn before it
 */
public record AgentLaunch(
        ExecutionId execution,
        ProjectId project,
        Path directory,
        SessionChoice session,
        Prompt prompt,
        ExecutionOptions options,
        Map<String, String> labels) {
    public AgentLaunch {
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
        labels = Map.copyOf(labels);
    }

    /** A turn of which the server has nothing to find again. */
    public AgentLaunch(
            ExecutionId execution,
            ProjectId project,
            Path directory,
            SessionChoice session,
            Prompt prompt,
            ExecutionOptions options) {
        this(execution, project, directory, session, prompt, options, Map.of());
    }
}
