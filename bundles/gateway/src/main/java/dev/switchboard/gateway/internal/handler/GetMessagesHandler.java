package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.protocol.Timestamps;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code get_messages}: a page of a project's history. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=get_messages")
public final class GetMessagesHandler extends RequestHandler {
    private final Services services;

    @Activate
    public GetMessagesHandler(@Reference Services services) {
        super(RequestType.GET_MESSAGES);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        MessageQuery query = HistoryQuery.of(request.fields());
        ProjectId project = request.project();
        MessagePage page = services.projects().history(project, query);
        request.session()
                .outbox()
                .send(
                        project,
                        page.head().lastSeq(),
                        request.outgoing(
                                "get_messages",
                                OutboundFrames.historyPage(project, page.messages(), metadata(query, page))));
    }

    private static ObjectNode metadata(MessageQuery query, MessagePage page) {
        ObjectNode metadata = Json.object();
        page.total().ifPresent(total -> metadata.put("total", total));
        metadata.put("offset", query.offset());
        metadata.put("limit", query.limit());
        metadata.put("has_more", page.nextCursor().isPresent());
        query.since().ifPresent(since -> metadata.put("since", Timestamps.format(since)));
        page.nextCursor().ifPresent(cursor -> metadata.put("next_cursor", cursor));
        metadata.put("last_seq", page.head().lastSeq());
        metadata.put("epoch", page.head().epoch().toString());
        if (!page.gaps().isEmpty()) {
            ArrayNode gaps = metadata.putArray("gaps");
            page.gaps().forEach(gap -> gaps.add(Payloads.gap(gap)));
        }
        return metadata;
    }
}
