package dev.switchboard.websocket.internal;

/** The edge cannot start; the message says why and what would help, for the operator. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
