package dev.switchboard.execution;

import dev.switchboard.content.Content;
import dev.switchboard.message.Origin;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that an agent did in a turn. New kinds may come with minor versions; who receives them passes over what it does
 * not know.
 */
public sealed interface AgentEvent {
    /**
     * A line that is to be recorded and shown.
     *
     * @param type the line's top-level type
     * @param line one JSON object without line feeds; readable until the stage that {@link AgentListener#on} returned
     *        completes
     * @param origin where it stands in the agent's output; empty for an agent that has no spool
     */
    record Line(String type, Content line, Optional<Origin> origin) implements AgentEvent {}

    /** A piece of an unfinished line: shown live to who asked, not recorded. */
    record Partial(Content line) implements AgentEvent {}

    /** The agent's session has this id from now on. */
    record SessionChanged(String sessionId) implements AgentEvent {}

    /**
     * The agent waits for an answer.
     *
     * @param request without an expiry, which is the server's to set
     * @param origin where the line that asked stands in the agent's output
     */
    record PermissionAsked(PermissionRequest request, Optional<Origin> origin) implements AgentEvent {}

    /** The agent does not want an answer any more. */
    record PermissionWithdrawn(String permissionId) implements AgentEvent {}

    /** The agent's usage limit holds until then; empty if it was lifted. */
    record Limited(Optional<Instant> until) implements AgentEvent {}

    /** A sign of life that nobody is shown: it holds off the silence watchdog. */
    record Alive() implements AgentEvent {}

    /**
     * The turn is over and everything it wrote has been handed over. The last event of a turn.
     *
     * @param message for people, if the verdict is not COMPLETED
     * @param exitCode of the agent's process, if it ended too
     * @param stderrTail the last of what it wrote there, control characters removed; may be empty
     * @param origin where the line that ended the turn stands in the agent's output, so that a later turn is never taken to
     *        be ended by it
     */
    record TurnEnded(Verdict verdict, String message, OptionalInt exitCode, String stderrTail, Optional<Origin> origin)
            implements AgentEvent {
        public TurnEnded {
            Objects.requireNonNull(verdict, "verdict");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(exitCode, "exitCode");
            Objects.requireNonNull(stderrTail, "stderrTail");
            Objects.requireNonNull(origin, "origin");
        }
    }

    /** How a turn ended, as the agent or its end tells. */
    enum Verdict {
        /** The agent said that it was done. */
        COMPLETED,
        /** The agent said that it failed. */
        FAILED,
        /** The agent stopped because it was asked to. */
        INTERRUPTED,
        /** The agent's process ended without a result, whether it crashed or was ended. */
        DIED
    }
}
