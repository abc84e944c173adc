package dev.switchboard.gateway.internal.handler;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Outbox;
import dev.switchboard.gateway.internal.output.Updates.Own;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Payloads;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_create}. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_create")
public final class ProjectCreateHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ProjectCreateHandler(@Reference Services services) {
        super(RequestType.PROJECT_CREATE);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        if (!request.principal().seesAll()) {
            throw new SwitchboardException(
                    ErrorCode.PERMISSION_DENIED, "this token is limited to some projects and cannot create others");
        }
        Fields fields = request.fields();
        String path = fields.requiredText("path");
        request.note(entry -> entry.with("path", path));
        Optional<String> name = fields.text("name");
        Optional<String> executor = fields.text("executor");
        ProjectService projects = services.projects();
        Outbox outbox = request.session().outbox();
        outbox.holdUpdates();
        request.whenDone(
                Calls.guarded(() -> projects.create(path, name, executor)),
                status -> {
                    ProjectId id = status.project().id();
                    request.note(entry -> entry.about(Optional.of(id)));
                    request.reply("project_state", Payloads.projectState(status), id, 0);
                    outbox.releaseUpdates(Optional.of(new Own("created", id)));
                },
                () -> outbox.releaseUpdates(Optional.empty()));
    }
}
