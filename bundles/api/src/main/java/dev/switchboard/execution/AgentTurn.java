package dev.switchboard.execution;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A turn under way, as its executor offers it. Methods may be called at any time and by any thread; after the turn has
 * ended they do nothing.
 */
@ConsumerType
public interface AgentTurn {
    /** The agent's id in custody, if it is there; for an executor without a local process, any unique text. */
    String agentId();

    /** Asks the agent to stop its turn and stay. Returns at once; the turn's end tells whether it obeyed. */
    void interrupt();

    /**
     * Ends the agent and everything it started. The turn's end is reported once all its output has been.
     *
     * @return completes when nothing is left, or at the bound given by the configuration
     */
    CompletionStage<Void> kill();

    /** Answers a question of the agent's. An answer to one that is not open is ignored. */
    void answer(PermissionAnswer answer);
}
