package dev.switchboard.mock.scenario;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Turn;

/** Output that a reader has to put up with: {@code [[stderr]]}, {@code [[non-json]]}, {@code [[unknown-line]]}, {@code [[close-stdout]]}. */
final class OddOutputScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        switch (directive.name()) {
            case "stderr" -> {
                directive.allow("text", "lines");
                String line = directive.text("text", "Warning: this is only noise") + "\n";
                for (long i = directive.number("lines", 1, 1, 10_000_000); i > 0; i--) {
                    Stderr.print(line);
                }
            }
            case "non-json" -> {
                directive.allow("text", "lines");
                String line = directive.text("text", "[log] request sent") + "\n";
                for (long i = directive.number("lines", 1, 1, 10_000_000); i > 0; i--) {
                    turn.agent().output().raw(line);
                }
            }
            case "unknown-line" -> {
                directive.allow("type");
                turn.agent()
                        .output()
                        .line(turn.agent()
                                .identified(JsonObject.of("type", directive.text("type", "from_the_future"))
                                        .put("payload", JsonObject.of("fraction", 0.5))));
            }
            default -> {
                directive.allow();
                turn.agent().output().close();
            }
        }
        turn.answer("Done.");
    }
}
