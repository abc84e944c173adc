package dev.switchboard.execution;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Receives what happens in a turn, from its executor. Calls are made one at a time and in order, by any thread. */
@ProviderType
public interface AgentListener {
    /** The run that the turn is recorded under. */
    ExecutionId execution();

    /**
     * The next events, at least one. Returns at once. The next call comes only after the stage of the one before has
     * completed, so an agent whose records cannot be written for a while is held back, and no other.
     *
     * @return completes when the events have been recorded, or dropped because the run is over; never exceptionally
     */
    CompletionStage<Void> on(List<AgentEvent> events);

    /**
     * The agent has begun a turn by itself, after the one that this listener is for has ended. Returns at once and is never
     * refused; if another run has been accepted meanwhile, the stage of the new listener's first {@link #on} completes only
     * when the project is free.
     *
     * @param turn the new turn's handle
     * @return the new turn's listener
     */
    AgentListener nextTurn(AgentTurn turn);
}
