package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Turn;
import java.nio.charset.StandardCharsets;

/** {@code [[huge bytes=67108864]]}: one assistant line of exactly so many bytes, the line end included. Never held in memory. */
final class HugeLineScenario implements Scenario {

    private static final String MARK = "(filler goes here)";
    private static final long GIBIBYTE = 1024L * 1024 * 1024;

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("bytes");
        long bytes = directive.number("bytes", 64 * 1024 * 1024, 1, GIBIBYTE);
        JsonObject line = turn.assistantLine(JsonObject.of("type", "text").put("text", MARK));
        long frame = (line + "\n").getBytes(StandardCharsets.UTF_8).length - MARK.length();
        if (bytes < frame) {
            throw new DirectiveException("[[huge]]: bytes is " + bytes + "; a line takes at least " + frame);
        }
        if (turn.agent().output().streams()) {
            turn.agent().output().filledLine(line, MARK, bytes - frame);
        }
        turn.answer("The line of " + bytes + " bytes is over.");
    }
}
