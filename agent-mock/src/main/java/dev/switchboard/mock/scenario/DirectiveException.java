package dev.switchboard.mock.scenario;

/** A directive is misspelt or asks for the impossible. The text says what would be right. */
final class DirectiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DirectiveException(String message) {
        super(message);
    }
}
