package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code session_list}: the conversations that the log knows for a project. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=session_list")
public final class SessionListHandler extends RequestHandler {
    private final Services services;

    @Activate
    public SessionListHandler(@Reference Services services) {
        super(RequestType.SESSION_LIST);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ObjectNode data = Json.object();
        data.put("project_id", request.project().toString());
        ArrayNode sessions = data.putArray("sessions");
        services.projects().sessions(request.project()).forEach(session -> sessions.add(Payloads.session(session)));
        // Asked behind the sessions: what they tell of is not newer.
        long lastSeq = services.projects().status(request.project()).log().lastSeq();
        request.reply("session_list", data, request.project(), lastSeq);
    }
}
