package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.PermissionRequest;
import java.time.Instant;
import java.util.Optional;

/** What a line of the CLI can mean. One line may mean several things; the one that shows it comes last. */
interface LineHandler {
    /** Where the CLI is, as it tells. */
    enum State {
        RUNNING,
        REQUIRES_ACTION,
        IDLE
    }

    /** Where a message is on its way through the CLI. */
    enum MessageState {
        QUEUED,
        /** A turn has begun for it, or it was put into the one that is under way. */
        STARTED,
        /** Nothing more comes of it, whatever that was. */
        OVER
    }

    /** @param end the spool's offset behind the line */
    void shown(String type, Content line, long end);

    void partial(Content line);

    /** The conversation has this id. */
    void session(String id);

    /** The usage limit holds until then; empty if it does not. */
    void limited(Optional<Instant> until);

    void asked(PermissionRequest request, long end);

    /** The agent asks about more than can be shown to anybody. */
    void askedTooMuch(String permissionId);

    void withdrawn(String permissionId);

    /** The CLI asks for something that nobody offered. */
    void unsupported(String requestId, String subtype);

    void state(State state);

    /** What became of a message that carried this uuid. Older versions tell nothing of it. */
    void message(String uuid, MessageState state);

    /** How the turn went. */
    void result(ResultLine result, Content line, long end);

    /** The line is no JSON object. */
    void notJson();
}
