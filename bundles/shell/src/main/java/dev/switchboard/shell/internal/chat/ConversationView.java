package dev.switchboard.shell.internal.chat;

import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.shell.internal.RecordText;
import dev.switchboard.shell.internal.RecordView;
import dev.switchboard.shell.internal.RunView;
import java.util.Set;

/** Shows a project's records to who takes part in the conversation: as text without what they typed themselves, or as JSON. */
final class ConversationView implements RecordView {
    private static final Set<String> SHOWN =
            Set.of("permission_request", "permission_resolved", "error", "process_killed", "session_reset");

    private final ProjectId project;
    private final Conversation conversation;
    private final Screen screen;
    private final RunView texts;

    ConversationView(ProjectId project, Conversation conversation, Screen screen) {
        this.project = project;
        this.conversation = conversation;
        this.screen = screen;
        this.texts = new RunView(screen::print, this::isShown);
    }

    private boolean isShown(Message message) {
        if (message.direction() == Direction.CLIENT) {
            return !conversation.takeOwn(RecordText.tree(message).path("prompt").asText());
        }
        return SHOWN.contains(message.type());
    }

    @Override
    public void show(Message message) {
        if (!conversation.isRaw()) {
            texts.show(message);
        } else if (message.content().inMemory()) {
            screen.print(OutboundFrames.record(project, message, false).toText());
        } else {
            screen.print(
                    RecordText.placeholder(message) + " " + message.content().size() + " bytes");
        }
    }

    @Override
    public void missing(Gap gap) {
        texts.missing(gap);
    }

    @Override
    public void replaced() {
        texts.replaced();
    }
}
