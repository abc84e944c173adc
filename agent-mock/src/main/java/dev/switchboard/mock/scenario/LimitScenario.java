package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Outcome;
import dev.switchboard.mock.turn.Turn;
import dev.switchboard.mock.turn.TurnFailed;

/** {@code [[max-turns 2]]} and {@code [[max-budget 0.5]]}: the turn ends because a limit is reached. */
final class LimitScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow();
        turn.say("I am not done yet.");
        if (directive.name().equals("max-turns")) {
            throw new TurnFailed(Outcome.maxTurns((int) directive.firstNumber(1, 1, 1_000_000)));
        }
        throw new TurnFailed(Outcome.maxBudget(
                directive.words().isEmpty() ? "0.001" : directive.words().get(0)));
    }
}
