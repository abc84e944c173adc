package dev.switchboard.mock.scenario;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.turn.Turn;

/**
 * {@code [[exit code=3 stderr="no result"]]}: the process leaves at once, without a result line; with the word
 * {@code first}, before any line.
 */
final class ExitScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        leave(directive);
    }

    static void leave(Directive directive) {
        directive.allow("code", "stderr");
        int code = (int) directive.number("code", 0, 0, 255);
        String text = directive.text("stderr", "");
        if (!text.isEmpty()) {
            Stderr.print(text + "\n");
        }
        Runtime.getRuntime().halt(code);
    }
}
