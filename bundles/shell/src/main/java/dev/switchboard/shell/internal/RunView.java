package dev.switchboard.shell.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import java.util.Set;

/** Shows a run to who started it: what the agent says and does, and its questions. */
public final class RunView implements RecordView {
    private static final Set<String> QUESTIONS = Set.of("permission_request", "permission_resolved");

    private final Console console;
    private boolean said;

    public RunView(Console console) {
        this.console = console;
    }

    @Override
    public void show(Message message) {
        if (message.direction() != Direction.CLAUDE && !QUESTIONS.contains(message.type())) {
            return;
        }
        if (message.type().equals("result") && !said) {
            AgentText.resultText(RecordText.tree(message)).ifPresent(console::line);
        }
        said |= message.type().equals("assistant");
        RecordText.of(message).forEach(console::line);
    }

    @Override
    public void missing(Gap gap) {
        console.line("[records " + gap.from() + " to " + gap.to() + " are missing: " + gap.reason() + "]");
    }

    @Override
    public void replaced() {
        console.line("[the project's log is another one from here on]");
    }
}
