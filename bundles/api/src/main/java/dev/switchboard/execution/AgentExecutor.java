package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Drives one kind of agent, registered as a service with the property {@value #NAME}. Projects name their executor; of
 * several with one name the highest ranking gets the new runs, and the others finish what they have.
 *
 * <p>Methods are called on the server's pool threads, for many projects at once, at most one turn at a time for each
 * project. They return within milliseconds: what takes longer is reported through the listener.
 *
 * <p>When the service goes, the executor stops following its running agents and leaves them in custody; it ends the idle
 * ones. A successor of the same name is asked to {@link #adopt} the running ones, after their turns were
 * {@link AgentTurn#detach() detached}. An agent is released from custody only after its end has been recorded; one whose
 * executor does not come back is ended and released by the server.
 */
@ConsumerType
public interface AgentExecutor {
    /** The service property that names the kind of agent: {@code claude}. */
    String NAME = "executor.name";

    /** The custody label under which an executor that uses custody puts its name. */
    String LABEL_EXECUTOR = "executor";
    /** The custody label for the project's id. */
    String LABEL_PROJECT = "project";
    /**
     * The custody label for the id of the run that is under way: set before the prompt is sent, removed only after the end
     * of the turn has been recorded.
     */
    String LABEL_EXECUTION = "execution";
    /** The custody label for the agent's session, as soon as it is known. */
    String LABEL_SESSION = "session";

    /** What this executor can do just now. */
    AgentCapabilities capabilities();

    /**
     * Begins a turn, in a new process or a warm one.
     *
     * @param listener gets everything about this turn, from before this method returns until
     *        {@link AgentEvent.TurnEnded}, which comes exactly once
     * @throws dev.switchboard.error.SwitchboardException if the turn cannot begin; the listener is then not called.
     *         {@code PROCESS_ACTIVE} if the project's agent has just begun a turn by itself
     */
    AgentTurn launch(AgentLaunch launch, AgentListener listener);

    /**
     * Goes on with a turn that is under way, alive or already ended with output left to read.
     *
     * @param listener as at {@link #launch}
     * @throws dev.switchboard.error.SwitchboardException if it cannot be adopted; the caller then ends the agent
     */
    AgentTurn adopt(AgentAdoption adoption, AgentListener listener);

    /**
     * Whether the project's agent has begun a turn by itself, so that {@link #launch} would fail with {@code PROCESS_ACTIVE}: a
     * run that has time waits for that turn's end.
     */
    default boolean isOccupied(ProjectId project) {
        return false;
    }

    /**
     * Ends idle agents that are kept for a project, because it was deleted, got another executor, or begins another session.
     *
     * @return completes when none of them is left
     */
    CompletionStage<Void> forget(ProjectId project);
}
