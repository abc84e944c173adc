package dev.switchboard.shell.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Shows a run to who started it: what the agent says and does, and its questions. */
public final class RunView implements RecordView {
    private static final Set<String> QUESTIONS = Set.of("permission_request", "permission_resolved");

    private final Consumer<String> out;
    private final Predicate<Message> wanted;
    private boolean said;

    public RunView(Console console) {
        this(console::line, message -> QUESTIONS.contains(message.type()));
    }

    /**
     * @param out takes a line, or several with line feeds
     * @param wanted which records are shown beside the agent's lines
     */
    public RunView(Consumer<String> out, Predicate<Message> wanted) {
        this.out = out;
        this.wanted = wanted;
    }

    @Override
    public void show(Message message) {
        if (message.direction() != Direction.CLAUDE && !wanted.test(message)) {
            return;
        }
        if (message.type().equals("result") && !said) {
            AgentText.resultText(RecordText.tree(message)).ifPresent(out);
        }
        said |= message.type().equals("assistant");
        RecordText.of(message).forEach(out);
    }

    @Override
    public void missing(Gap gap) {
        out.accept("[records " + gap.from() + " to " + gap.to() + " are missing: " + gap.reason() + "]");
    }

    @Override
    public void replaced() {
        out.accept("[the project's log is another one from here on]");
    }
}
