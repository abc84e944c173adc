package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Turn;

/**
 * {@code [[hang for=10m]]}: nothing happens until the turn is interrupted. {@code [[hang deaf]]}, or {@code [[deaf]]} before
 * anything else: from then on neither interrupts nor SIGINT, SIGTERM and SIGHUP are answered. Bounded, so that no forgotten process stays for ever: then the process exits with code 1.
 */
final class HangScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        if (directive.name().equals("deaf")) {
            directive.allow();
            turn.agent().becomeDeaf();
            return;
        }
        directive.allow("for");
        long millis = directive.millis("for", "10m");
        if (directive.says("deaf")) {
            turn.agent().becomeDeaf();
        }
        turn.pause(millis);
        Runtime.getRuntime().halt(1);
    }
}
