package dev.switchboard.gateway.internal.handler;

import dev.switchboard.execution.ExecutionService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import java.time.Instant;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code agent_kill}: answered when nothing of the run is left. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=agent_kill")
public final class KillHandler extends RequestHandler {
    private final Services services;

    @Activate
    public KillHandler(@Reference Services services) {
        super(RequestType.AGENT_KILL);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        request.whenDone(
                executions.kill(project, request.principal().name()),
                execution -> {
                    request.note(entry -> entry.run(Optional.of(execution.id())));
                    Instant now = services.clock().instant();
                    request.reply(
                            "agent_kill", Payloads.about(project, "status", "killed", now), project, execution.seq());
                    request.reply(
                            "execution_killed",
                            Payloads.about(project, "reason", "process_killed", now),
                            project,
                            execution.seq());
                },
                () -> {});
    }
}
