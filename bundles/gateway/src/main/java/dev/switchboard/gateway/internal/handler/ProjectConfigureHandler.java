package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Outbox;
import dev.switchboard.gateway.internal.output.Updates.Own;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_configure}: name and executor. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_configure")
public final class ProjectConfigureHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ProjectConfigureHandler(@Reference Services services) {
        super(RequestType.PROJECT_CONFIGURE);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        Fields fields = request.fields();
        Optional<String> name = fields.text("name");
        Optional<String> executor = fields.text("executor");
        name.ifPresent(text -> request.note(entry -> entry.with("name", text)));
        executor.ifPresent(text -> request.note(entry -> entry.with("executor", text)));
        ProjectService projects = services.projects();
        ProjectId project = request.project();
        Outbox outbox = request.session().outbox();
        outbox.holdUpdates();
        request.whenDone(
                Calls.guarded(() -> projects.configure(project, name, executor)),
                status -> {
                    request.reply(
                            "project_configure",
                            data(status),
                            project,
                            status.log().lastSeq());
                    outbox.releaseUpdates(Optional.of(new Own("configured", project)));
                },
                () -> outbox.releaseUpdates(Optional.empty()));
    }

    private ObjectNode data(ProjectStatus status) {
        ObjectNode data = Json.object();
        data.put("project_id", status.project().id().toString());
        data.put("name", status.project().name().orElse(null));
        data.put("executor", status.project().executor());
        data.put("timestamp", Timestamps.format(services.clock().instant()));
        return data;
    }
}
