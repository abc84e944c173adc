package dev.switchboard.gateway.internal.handler;

import dev.switchboard.execution.ProjectService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.gateway.internal.output.Outbox;
import dev.switchboard.gateway.internal.output.Updates.Own;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_delete}: the reply takes the place of what subscribers are told. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_delete")
public final class ProjectDeleteHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ProjectDeleteHandler(@Reference Services services) {
        super(RequestType.PROJECT_DELETE);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ProjectService projects = services.projects();
        ProjectId project = request.project();
        Outbox outbox = request.session().outbox();
        Hold hold = request.hold();
        outbox.holdUpdates();
        request.whenDone(
                Calls.guarded(() -> projects.delete(project)),
                status -> {
                    hold.deleted(request.outgoing(
                            "project_deleted",
                            Payloads.deleted(project, services.clock().instant())));
                    outbox.releaseUpdates(Optional.of(new Own("deleted", project)));
                },
                () -> {
                    hold.release();
                    outbox.releaseUpdates(Optional.empty());
                });
    }
}
