package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.LogView;
import dev.switchboard.shell.internal.PageView;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows one page of what a query finds in a project's log. */
@Service
@Command(scope = "switchboard", name = "log-query", description = "Shows a page of the records that match.")
public final class LogQueryCommand extends LogFilterCommand {
    static final int MAX_LIMIT = 1000;

    @Option(name = "--order", description = "asc: the oldest first; desc: the newest first")
    String order = "asc";

    @Option(name = "--limit", description = "The most records in the page, from 1 to 1000")
    int limit = 100;

    @Option(name = "--offset", description = "How many matching records to leave out first")
    long offset;

    @Option(name = "--cursor", description = "Where an earlier page of the same query ended")
    String cursor;

    @Option(name = "--json", description = "The page as get_messages answers it, one JSON document")
    boolean json;

    @Override
    int run(Call call) {
        MessageQuery query = query();
        ProjectId id = project(call).project().id();
        MessagePage page = call.services().projects().history(id, query);
        if (json) {
            call.console().content(OutboundFrames.historyPage(id, page.messages(), metadata(query, page)));
        } else {
            show(query, page, call.console());
        }
        return 0;
    }

    private MessageQuery query() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw invalid("limit", "--limit " + limit + " is out of range; expected a number from 1 to " + MAX_LIMIT);
        }
        if (offset < 0) {
            throw invalid("offset", "--offset " + offset + " is out of range; expected 0 or more");
        }
        Order way = switch (order) {
            case "asc" -> Order.ASCENDING;
            case "desc" -> Order.DESCENDING;
            default -> throw invalid("order", "--order must be asc or desc");
        };
        MessageQuery query =
                filter().withOrder(way).withLimit(limit).withOffset(offset).withCount(true);
        return cursor == null ? query : query.withCursor(cursor);
    }

    private static ObjectNode metadata(MessageQuery query, MessagePage page) {
        ObjectNode metadata = Json.object();
        page.total().ifPresent(total -> metadata.put("total", total));
        metadata.put("offset", query.offset());
        metadata.put("limit", query.limit());
        metadata.put("has_more", page.nextCursor().isPresent());
        page.nextCursor().ifPresent(next -> metadata.put("next_cursor", next));
        metadata.put("last_seq", page.head().lastSeq());
        metadata.put("epoch", page.head().epoch().toString());
        if (!page.gaps().isEmpty()) {
            ArrayNode gaps = metadata.putArray("gaps");
            page.gaps().forEach(gap -> gaps.add(Payloads.gap(gap)));
        }
        return metadata;
    }

    private static void show(MessageQuery query, MessagePage page, Console console) {
        PageView.show(page, query.order(), new LogView(console));
        String total = page.total().isPresent() ? page.total().getAsLong() + " match" : "";
        String more =
                page.nextCursor().map(next -> "; more with --cursor " + next).orElse("");
        console.line(page.messages().size() + " records, " + total + more);
    }
}
