package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Turn;
import java.io.IOException;

/**
 * {@code [[crash mid-line code=1]]}: the process is gone in the middle of a line; without {@code mid-line}, between two lines.
 * {@code signal=KILL} lets it die of that signal instead of exiting.
 */
final class CrashScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("code", "signal");
        String signal = directive.text("signal", "");
        if (!signal.isEmpty() && !signal.equals("KILL") && !signal.equals("SEGV") && !signal.equals("ABRT")) {
            throw new DirectiveException("[[crash]]: signal is " + signal + "; it has to be KILL, SEGV or ABRT");
        }
        int code = (int) directive.number("code", 1, 1, 255);
        if (directive.says("mid-line")) {
            String line = turn.assistantLine(
                            JsonObject.of("type", "text").put("text", "This line will not be finished"))
                    .toString();
            turn.agent().output().raw(line.substring(0, line.length() / 2));
        }
        if (!signal.isEmpty()) {
            die(turn, signal);
        }
        Runtime.getRuntime().halt(code);
    }

    private static void die(Turn turn, String signal) {
        try {
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "kill -" + signal + " " + ProcessHandle.current().pid())
                    .start();
            turn.pause(10_000);
        } catch (IOException e) {
            throw new DirectiveException("[[crash]]: there is no sh that could send the signal");
        }
    }
}
