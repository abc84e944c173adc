package dev.switchboard.mock.turn;

/** The turn was interrupted: by a control request, by SIGINT, or by a denial that says stop. */
public final class TurnAborted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TurnAborted() {
        super("interrupted", null, false, false);
    }
}
