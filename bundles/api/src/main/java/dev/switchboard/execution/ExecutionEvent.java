package dev.switchboard.execution;

import dev.switchboard.content.Content;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import java.util.List;

/**
 * Something that happened on a project. New kinds may come with minor versions; listeners pass over what they do not know.
 */
public sealed interface ExecutionEvent {
    /** The project that it is about. */
    ProjectId project();

    /**
     * Records were appended; they may be shown.
     *
     * @param messages consecutive records, directly behind those of the event before
     */
    record Recorded(ProjectId project, List<Message> messages) implements ExecutionEvent {}

    /**
     * A run began; its EXECUTING is recorded directly after this.
     *
     * @param byAgent whether the agent began it by itself
     */
    record Started(Execution execution, boolean byAgent) implements ExecutionEvent {
        @Override
        public ProjectId project() {
            return execution.project();
        }
    }

    /**
     * A run that was queued will never begin; the record of the queue without it comes directly after this.
     *
     * @param execution at its end, without having had a beginning
     */
    record Cancelled(Execution execution) implements ExecutionEvent {
        @Override
        public ProjectId project() {
            return execution.project();
        }
    }

    /** A piece of a line that the agent has not finished: one JSON object, shown to who asked for it, never recorded. */
    record Partial(ProjectId project, ExecutionId execution, Content content) implements ExecutionEvent {}

    /** The status changed. Changes that records tell too are {@link Recorded} first, but for {@link Kind#SESSION_CHOSEN}. */
    record Changed(ProjectStatus status, Kind kind) implements ExecutionEvent {
        /** What changed. */
        public enum Kind {
            /** The project is new. */
            CREATED,
            /** What it is doing. */
            STATE,
            /** The agent's session, as the agent said. */
            SESSION,
            /** The agent's session was chosen by somebody; the record of it follows. */
            SESSION_CHOSEN,
            /** Name or executor. */
            CONFIGURED,
            /** The agent's open questions, its usage limit, or the queue. */
            ATTENTION
        }

        @Override
        public ProjectId project() {
            return status.project().id();
        }
    }

    /** The run is over; nothing of it comes after this. Its last record is {@code execution.seq()}. */
    record Ended(Execution execution, ExecutionOutcome outcome) implements ExecutionEvent {
        @Override
        public ProjectId project() {
            return execution.project();
        }
    }

    /**
     * The project's log is another one, or has another epoch: its {@code seq}s begin anew behind {@code status.log().lastSeq()}.
     */
    record LogReplaced(ProjectStatus status) implements ExecutionEvent {
        @Override
        public ProjectId project() {
            return status.project().id();
        }
    }

    /** The project is gone; the last event about it. */
    record Deleted(ProjectStatus status) implements ExecutionEvent {
        @Override
        public ProjectId project() {
            return status.project().id();
        }
    }
}
