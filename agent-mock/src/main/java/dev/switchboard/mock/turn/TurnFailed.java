package dev.switchboard.mock.turn;

/** The turn ends here, with a result other than the plain one. */
public final class TurnFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    public TurnFailed(Outcome outcome) {
        super(outcome.subtype(), null, false, false);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }
}
