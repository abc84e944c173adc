package dev.switchboard.shell.internal.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line that somebody typed in a conversation. */
sealed interface ChatInput {
    Pattern COMMAND = Pattern.compile("/(\\w+)(?:\\s+(.*))?", Pattern.DOTALL);

    /** Nothing at all. */
    record Nothing() implements ChatInput {}

    /** For the agent. */
    record Prompt(String text) implements ChatInput {}

    /** For the conversation itself. */
    record Command(String name, String argument) implements ChatInput {}

    /** Reads a line: {@code /word} is a command, {@code //word} goes to the agent as {@code /word}, as everything else does. */
    static ChatInput of(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return new Nothing();
        }
        if (text.startsWith("//")) {
            return new Prompt(text.substring(1));
        }
        Matcher command = COMMAND.matcher(text);
        return command.matches()
                ? new Command(
                        command.group(1),
                        command.group(2) == null ? "" : command.group(2).strip())
                : new Prompt(text);
    }
}
