package dev.switchboard.execution;

import dev.switchboard.content.Content;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Something that an agent did in a turn. */
public sealed interface AgentEvent {
    /**
     * A line that is to be recorded and shown.
     *
     * @param type the line's top-level type
     * @param line one JSON object; readable until the stage that {@link AgentListener#on} returned completes
     * @param offset the spool's offset behind the line; empty for an agent that has no spool
     */
    record Line(String type, Content line, OptionalLong offset) implements AgentEvent {}

    /** A piece of an unfinished line: shown live to who asked, not recorded. */
    record Partial(Content line) implements AgentEvent {}

    /** The agent's session has this id from now on. */
    record SessionChanged(String sessionId) implements AgentEvent {}

    /**
     * The agent waits for an answer.
     *
     * @param offset the spool's offset behind the line that asked
     */
    record PermissionAsked(PermissionRequest request, OptionalLong offset) implements AgentEvent {}

    /** The agent does not want an answer any more. */
    record PermissionWithdrawn(String permissionId) implements AgentEvent {}

    /** The agent's usage limit holds until then; until the past if it was lifted. */
    record Limited(Instant until) implements AgentEvent {}

    /** A sign of life that nobody is shown: it holds off the silence watchdog. */
    record Alive() implements AgentEvent {}

    /**
     * The turn is over and everything it wrote has been handed over. The last event of a turn.
     *
     * @param message for people, if the verdict is not COMPLETED
     * @param exitCode of the agent's process, if it ended too
     * @param stderrTail the last of what it wrote there, control characters removed; may be empty
     */
    record TurnEnded(Verdict verdict, String message, OptionalInt exitCode, String stderrTail) implements AgentEvent {
        public TurnEnded {
            Objects.requireNonNull(verdict, "verdict");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(exitCode, "exitCode");
            Objects.requireNonNull(stderrTail, "stderrTail");
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
