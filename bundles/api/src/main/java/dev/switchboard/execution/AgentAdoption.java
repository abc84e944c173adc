package dev.switchboard.execution;

import dev.switchboard.process.CustodyRecord;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An agent that an earlier server, or an earlier executor of the same name, left behind.
 *
 * <p>Options, prompt and answers are known because the server keeps them before it hands them over; they may or may not have
 * arrived. An executor hands the prompt over only if custody has not had its number yet, and an answer that arrives twice
 * does no harm.
 *
 * @param execution the run that was under way; empty if the agent was idle when it was last seen, and what it did since then
 *        comes by {@link AgentListener#nextTurn}
 * @param directory the project's real directory
 * @param session the conversation that the turn was to continue
 * @param prompt what the turn was begun with; empty if the agent began it by itself
 * @param agentId the agent, in custody or wherever its executor keeps it
 * @param agent what custody knows of it; empty if it is not there
 * @param offset behind the last line that was recorded. The executor may begin to read earlier, to rebuild its state: lines
 *        up to here, and questions that are open already, are not recorded again
 * @param openPermissions the questions that were recorded and not answered yet, the oldest first
 * @param unconfirmedAnswers answers that were recorded and may not have arrived, the oldest first
 */
public record AgentAdoption(
        Optional<ExecutionId> execution,
        ProjectId project,
        Path directory,
        SessionChoice session,
        Optional<Prompt> prompt,
        ExecutionOptions options,
        String agentId,
        Optional<CustodyRecord> agent,
        long offset,
        List<PermissionRequest> openPermissions,
        List<PermissionAnswer> unconfirmedAnswers) {
    public AgentAdoption {
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(agentId, "agentId");
        Objects.requireNonNull(agent, "agent");
        openPermissions = List.copyOf(openPermissions);
        unconfirmedAnswers = List.copyOf(unconfirmedAnswers);
    }
}
