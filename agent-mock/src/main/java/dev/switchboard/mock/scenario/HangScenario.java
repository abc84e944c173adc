package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Turn;

/**
 * {@code [[hang for=10m]]}: nothing happens until the turn is interrupted. {@code [[hang deaf]]} answers neither interrupts nor
 * SIGINT, SIGTERM and SIGHUP. Bounded, so that no forgotten process stays for ever: then the process exits with code 1.
 */
final class HangScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("for");
        long millis = directive.millis("for", "10m");
        if (directive.says("deaf")) {
            turn.agent().becomeDeaf();
        }
        turn.pause(millis);
        Runtime.getRuntime().halt(1);
    }
}
