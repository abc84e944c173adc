package dev.switchboard.error;

/**
 * The codes of {@code error} frames: the wire protocol's vocabulary for what went wrong. The constants' names are what
 * clients see; a name never changes its meaning.
 */
public enum ErrorCode {
    /** The frame is not a JSON object of the envelope's shape. */
    INVALID_MESSAGE,
    /** A field is missing, of the wrong type or out of range; {@code details.field} names it. */
    VALIDATION_FAILED,
    /** A path that a project may not have: not absolute, missing, not a directory, not readable, not allowed. */
    INVALID_PATH,
    /** The directory lies inside or around another project's. */
    PROJECT_NESTING,
    /** Another project has the same real directory. */
    PROJECT_EXISTS,
    /** No project has this id; {@code details.project_id} repeats it. */
    PROJECT_NOT_FOUND,
    /** A run is active, so the request cannot be done now. */
    PROCESS_ACTIVE,
    /** No run is active, so there is nothing to stop. */
    PROCESS_NOT_FOUND,
    /** The agent's program is not installed; the text says how to install it. */
    CLAUDE_NOT_FOUND,
    /** The project's executor is not installed or is being swapped. */
    EXECUTOR_UNAVAILABLE,
    /** The store is not installed or is being swapped. */
    STORAGE_UNAVAILABLE,
    /** Another service is not installed or is being swapped; {@code details.service} names it. */
    SERVICE_UNAVAILABLE,
    /** The run took longer than it was allowed; the text contains "timed out". */
    EXECUTION_TIMEOUT,
    /** The agent reported an error, or ended without a result; {@code details.exit_code}, {@code details.stderr_tail}. */
    EXECUTION_FAILED,
    /** A limit other than those below; {@code details.resource}, {@code limit}, {@code current}. */
    RESOURCE_LIMIT,
    /** Too many connections, or too many connects in a minute. */
    CONNECTION_LIMIT,
    /** The inbound message is larger than allowed; the connection is closed after this error. */
    MESSAGE_SIZE_LIMIT,
    /** The disk has less free space than the reserve. */
    DISK_SPACE_LOW,
    /** No valid token. */
    UNAUTHORIZED,
    /** The token's role may not do this. */
    PERMISSION_DENIED,
    /** Anything else; {@code details.incident} is an id that the server's log has too. */
    INTERNAL_ERROR
}
