package dev.switchboard.store.testkit;

import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records for tests. */
public final class Records {
    private Records() {}

    /** A line of an agent that tells its number. */
    public static NewMessage line(long number) {
        return line(number, "{\"n\":" + number + "}");
    }

    public static NewMessage line(long number, String content) {
        return new NewMessage(
                Direction.CLAUDE, "assistant", Content.of(content), Optional.of(new Origin("agent-1", number)));
    }

    public static NewMessage server(String type, String content) {
        return new NewMessage(Direction.SERVER, type, Content.of(content), Optional.empty());
    }

    /** Lines with these numbers, both included. */
    public static List<NewMessage> lines(long from, long to) {
        List<NewMessage> lines = new ArrayList<>();
        for (long number = from; number <= to; number++) {
            lines.add(line(number));
        }
        return lines;
    }

    /** Every record there is, page by page. */
    public static List<Message> readAll(MessageLog log, ProjectId project) {
        List<Message> all = new ArrayList<>();
        MessageQuery query = MessageQuery.all().withLimit(1000);
        MessagePage page = log.read(project, query);
        all.addAll(page.messages());
        while (page.nextCursor().isPresent()) {
            page = log.read(project, query.withCursor(page.nextCursor().get()));
            all.addAll(page.messages());
        }
        return all;
    }

    public static List<Long> seqs(List<Message> messages) {
        return messages.stream().map(Message::seq).toList();
    }
}
