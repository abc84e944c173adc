package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.process.ChildProcesses;
import dev.switchboard.mock.turn.ToolCall;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;
import dev.switchboard.mock.turn.TurnAborted;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * {@code [[bash sleep=30s ask=yes]]}: a tool with a real process, in a session of its own as with the real program. It sleeps; an interrupt
 * kills it. No command of the prompt is ever run.
 */
final class BashScenario implements Scenario {

    private static final long LONGEST_MILLIS = 120_000;

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("sleep", "ask");
        long millis = directive.millis("sleep", "30s");
        if (millis > LONGEST_MILLIS) {
            throw new DirectiveException("[[bash]]: sleep is longer than 120s");
        }
        String command = "sleep " + millis / 1_000 + "."
                + Long.toString(1_000 + millis % 1_000).substring(1);
        ToolCall call = turn.useTool("Bash", JsonObject.of("command", command).put("description", "Sleep"));
        ToolGate.Entry entry = directive.has("ask") ? turn.enter(call) : turn.enterAllowed(call);
        if (entry.granted()) {
            entry.running();
            sleep(turn, command);
            entry.succeeded(
                    "(Bash completed with no output)",
                    JsonObject.of("stdout", "")
                            .put("stderr", "")
                            .put("interrupted", false)
                            .put("isImage", false)
                            .put("noOutputExpected", false));
            turn.say("The command is done.");
        } else {
            turn.say("The command was not permitted.");
        }
    }

    private static void sleep(Turn turn, String command) {
        try {
            Process process = new ProcessBuilder((ChildProcesses.sessionLauncher() + " " + command).split(" "))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                turn.checkAborted();
            }
        } catch (IOException | IllegalStateException e) {
            throw new DirectiveException("[[bash]]: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TurnAborted();
        }
    }
}
