package dev.switchboard.shell.internal;

import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import java.util.List;

/** Shows every record with its place and time. */
public final class LogView implements RecordView {
    private final Console console;

    public LogView(Console console) {
        this.console = console;
    }

    @Override
    public void show(Message message) {
        String head = String.format("%6d  %s  ", message.seq(), Times.show(message.at()));
        List<String> lines = RecordText.of(message);
        String text = lines.isEmpty() ? RecordText.placeholder(message) : String.join("\n", lines);
        console.line(head + text.replace("\n", "\n" + " ".repeat(head.length())));
    }

    @Override
    public void missing(Gap gap) {
        console.line("(records " + gap.from() + " to " + gap.to() + " are missing: " + gap.reason() + ")");
    }

    @Override
    public void replaced() {
        console.line("(the project's log is another one from here on)");
    }
}
