package dev.switchboard.execution;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A turn under way, as its executor offers it. Methods may be called at any time and by any thread; after the turn has
 * ended they do nothing.
 */
@ConsumerType
public interface AgentTurn {
    /** The agent's id in custody, or wherever its executor keeps it; empty until it is known. */
    Optional<String> agentId();

    /** Asks the agent to stop its turn and stay. Returns at once; the turn's end tells whether it obeyed. */
    void interrupt();

    /**
     * Ends the agent and everything it started. The turn's end is reported once all its output has been; the server waits a
     * few seconds for that after the stage has completed, then ends the run without it.
     *
     * @return completes when nothing is left, or at the bound given by the configuration
     */
    CompletionStage<Void> kill();

    /**
     * Stops following the agent and leaves it where it is, so that somebody else can adopt it.
     *
     * @return when it completes, nothing more is sent to the agent and the listener is not called any more
     */
    CompletionStage<Void> detach();

    /** Answers a question of the agent's. An answer to one that is not open is ignored. */
    void answer(PermissionAnswer answer);
}
