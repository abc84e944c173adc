package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ExecutionService.SessionReset;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code agent_new_session}: the next run begins a new conversation, or continues one of the project's. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=agent_new_session")
public final class NewSessionHandler extends RequestHandler {
    private final Services services;

    @Activate
    public NewSessionHandler(@Reference Services services) {
        super(RequestType.AGENT_NEW_SESSION);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        SessionChoice choice = choice(request.fields());
        choice.sessionId().ifPresent(id -> request.note(entry -> entry.with("session_id", id)));
        services.requireBroadcaster();
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        Hold hold = request.hold();
        request.underHold(
                hold,
                () -> {
                    hold.prepare(services.projects().status(project).log().lastSeq());
                    return executions.newSession(
                            project, choice, request.principal().name());
                },
                reset -> hold.showRecord(reset.seq(), request.outgoing("agent_new_session", data(project, reset))));
    }

    private static SessionChoice choice(Fields fields) {
        Optional<String> session = fields.text("session_id").filter(text -> !text.isEmpty());
        boolean fork = fields.flag("fork").orElse(false);
        if (fork && session.isEmpty()) {
            throw fields.invalid("session_id", "is missing; fork needs the session to be forked");
        }
        return new SessionChoice(session, fork);
    }

    private ObjectNode data(ProjectId project, SessionReset reset) {
        ObjectNode data = Json.object();
        data.put("project_id", project.toString());
        data.put("old_session_id", reset.oldSessionId());
        data.put("status", "reset");
        data.put("timestamp", Timestamps.format(services.clock().instant()));
        return data;
    }
}
