package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Turn;
import java.io.File;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Talking: {@code [[say]]}, {@code [[think]]}, {@code [[slow]]} (lines), {@code [[stream]]} (words of one block), {@code [[wait]]},
 * {@code [[until]]} (somebody makes a file), {@code [[clock]]} (the time, for measurements).
 */
final class SpeechScenario implements Scenario {

    private static final long MAX_PIECES = 1_000_000;
    private static final long LOOK_MILLIS = 10;

    @Override
    public void play(Turn turn, Directive directive) {
        switch (directive.name()) {
            case "say" -> {
                directive.allow("text");
                turn.say(directive.text("text", "Hello."));
            }
            case "think" -> think(turn, directive);
            case "slow" -> slow(turn, directive);
            case "clock" -> clock(turn, directive);
            case "until" -> until(turn, directive);
            case "stream" -> {
                directive.allow("words", "every");
                turn.sayWords((int) directive.number("words", 50, 1, MAX_PIECES), directive.millis("every", "20ms"));
            }
            default -> {
                directive.allow("for");
                turn.pause(directive.millis("for", "100ms"));
            }
        }
    }

    private static void think(Turn turn, Directive directive) {
        directive.allow("text", "say");
        turn.think(directive.text("text", "Let me think about it."));
        turn.say(directive.text("say", "I thought about it."));
    }

    private static void slow(Turn turn, Directive directive) {
        directive.allow("lines", "every");
        long lines = directive.number("lines", 20, 1, MAX_PIECES);
        long every = directive.millis("every", "100ms");
        for (long i = 1; i <= lines; i++) {
            turn.pause(i == 1 ? 0 : every);
            turn.say("Line " + i + " of " + lines + ".");
        }
    }

    /** Silence until there is such a file, so that a test and not a clock says when the turn goes on. */
    private static void until(Turn turn, Directive directive) {
        directive.allow("file", "for");
        File file = new File(directive.text("file", "go"));
        for (long left = directive.millis("for", "10m"); left > 0 && !file.exists(); left -= LOOK_MILLIS) {
            turn.pause(LOOK_MILLIS);
        }
    }

    /** Each line tells the microseconds since 1970 at which it was written. */
    private static void clock(Turn turn, Directive directive) {
        directive.allow("lines", "every");
        long lines = directive.number("lines", 1, 1, MAX_PIECES);
        long every = directive.millis("every", "10ms");
        for (long i = 1; i <= lines; i++) {
            turn.pause(i == 1 ? 0 : every);
            turn.say("clock " + ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        }
    }
}
