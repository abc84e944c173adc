package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectChange;
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
import dev.switchboard.protocol.Payloads;
import dev.switchboard.protocol.Timestamps;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_configure}: name, executor and timeout. */
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
        OptionalLong timeout = fields.number("timeout_ms");
        ProjectChange change = new ProjectChange(
                fields.text("name"),
                fields.text("executor"),
                timeout.isPresent() ? Optional.of(Duration.ofMillis(timeout.getAsLong())) : Optional.empty());
        change.name().ifPresent(text -> request.note(entry -> entry.with("name", text)));
        change.executor().ifPresent(text -> request.note(entry -> entry.with("executor", text)));
        change.timeout()
                .ifPresent(time -> request.note(entry -> entry.with("timeout_ms", Long.toString(time.toMillis()))));
        ProjectService projects = services.projects();
        ProjectId project = request.project();
        Outbox outbox = request.session().outbox();
        outbox.holdUpdates();
        request.whenDone(
                Calls.guarded(() -> projects.configure(project, change)),
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
        Payloads.configured(status.project(), data);
        data.put("timestamp", Timestamps.format(services.clock().instant()));
        return data;
    }
}
