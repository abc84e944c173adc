package dev.switchboard.websocket.internal.tls;

/** The server cannot prove itself; the message says what is wrong with which file or key, and what would be right. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
