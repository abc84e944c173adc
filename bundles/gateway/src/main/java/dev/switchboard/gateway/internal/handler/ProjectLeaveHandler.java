package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.PromptHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.protocol.Payloads;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** {@code project_leave}: nothing more about the project, also not of runs that the session has started. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_leave")
public final class ProjectLeaveHandler extends RequestHandler implements PromptHandler {
    public ProjectLeaveHandler() {
        super(RequestType.PROJECT_LEAVE);
    }

    @Override
    void handle(Request request) {
        request.session().leave(request.project());
        ObjectNode data = Payloads.left(request.project());
        request.hold().leave(List.of(request.outgoing("project_leave", data), request.outgoing("project_left", data)));
    }
}
