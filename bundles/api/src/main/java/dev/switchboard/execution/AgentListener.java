package dev.switchboard.execution;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Receives what happens in a turn, from its executor. Calls are made one at a time and in order, by any thread. */
@ProviderType
public interface AgentListener {
    /**
     * The next events, at least one. Returns at once.
     *
     * @return completes when they have been recorded; an executor holds back an agent's next lines until then. Never
     *         completes exceptionally.
     */
    CompletionStage<Void> on(List<AgentEvent> events);

    /**
     * The agent has begun a turn by itself, after the one that this listener is for has ended.
     *
     * @param turn the new turn's handle
     * @return the new turn's listener
     */
    AgentListener nextTurn(AgentTurn turn);
}
