package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * {@code [[ask tool=Write path=a.txt content="hello"]]}, or {@code [[ask tool=X input={...}]]}: the model wants to use a tool that
 * needs permission. Write really writes, below the working directory only; the other tools do nothing.
 */
final class AskScenario implements Scenario {

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("tool", "path", "content", "input", "command");
        String tool = directive.text("tool", "Write");
        ToolGate.Entry entry = turn.enter(turn.useTool(tool, input(turn, tool, directive)));
        if (!entry.granted()) {
            turn.say(tool + " was not permitted.");
        } else if (tool.equals("Write")) {
            write(turn, entry);
        } else {
            entry.succeeded("(" + tool + " completed with no output)", entry.input());
            turn.say(tool + " is done. Input: " + entry.input());
        }
    }

    private static JsonObject input(Turn turn, String tool, Directive directive) {
        if (directive.has("input")) {
            return directive.object("input");
        }
        if (tool.equals("Bash")) {
            return JsonObject.of("command", directive.text("command", "touch a.txt"))
                    .put("description", "Run a command");
        }
        return JsonObject.of(
                        "file_path",
                        turn.agent()
                                .cwd()
                                .resolve(directive.text("path", "a.txt"))
                                .toString())
                .put("content", directive.text("content", "hello"));
    }

    private static void write(Turn turn, ToolGate.Entry entry) {
        String path = entry.input().string("file_path");
        String content = entry.input().string("content");
        try {
            Path file = turn.agent().cwd().resolve(path == null ? "" : path).normalize();
            if (content == null
                    || file.equals(turn.agent().cwd())
                    || !file.startsWith(turn.agent().cwd())) {
                entry.failed("Write needs file_path, below the working directory, and content");
                turn.say("Nothing was written.");
                return;
            }
            Files.writeString(file, content);
            entry.succeeded(
                    "File created successfully at: " + file,
                    JsonObject.of("type", "create")
                            .put("filePath", file.toString())
                            .put("content", content)
                            .put("originalFile", null));
            turn.say("Wrote " + file.getFileName() + ".");
        } catch (IOException | InvalidPathException e) {
            entry.failed("The file cannot be written: " + path);
            turn.say("Nothing was written.");
        }
    }
}
