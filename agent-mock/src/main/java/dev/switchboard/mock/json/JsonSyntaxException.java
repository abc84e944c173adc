package dev.switchboard.mock.json;

/** The text is not one JSON value. */
public final class JsonSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JsonSyntaxException(String message) {
        super(message);
    }
}
