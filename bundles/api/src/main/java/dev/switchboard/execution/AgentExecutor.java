package dev.switchboard.execution;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Drives one kind of agent, registered as a service with the property {@value #NAME}. Projects name their executor; of
 * several with one name the highest ranking gets the new runs, and the others finish what they have.
 *
 * <p>Methods are called on the server's pool threads, for many projects at once, at most one turn at a time for each
 * project. They return within milliseconds: what takes longer is reported through the listener.
 *
 * <p>When the service goes, the executor stops following its running agents and leaves them in custody; it ends the idle
 * ones. A successor of the same name is asked to {@link #adopt} the running ones.
 */
@ConsumerType
public interface AgentExecutor {
    /** The service property that names the kind of agent: {@code claude}. */
    String NAME = "executor.name";

    /** The custody label under which an executor that uses custody puts its name. */
    String LABEL_EXECUTOR = "executor";
    /** The custody label for the project's id. */
    String LABEL_PROJECT = "project";
    /** The custody label for the id of the run that is under way; absent while the agent is idle. */
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
     * @throws dev.switchboard.error.SwitchboardException if the turn cannot begin; the listener is then not called
     */
    AgentTurn launch(AgentLaunch launch, AgentListener listener);

    /**
     * Goes on with a turn that is under way, alive or already ended with output left to read.
     *
     * @param listener as at {@link #launch}
     * @throws dev.switchboard.error.SwitchboardException if it cannot be adopted; the caller then ends the agent
     */
    AgentTurn adopt(AgentAdoption adoption, AgentListener listener);
}
