package dev.switchboard.gateway.internal.handler;

import dev.switchboard.execution.ExecutionService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code agent_interrupt}: stops the turn and keeps the agent. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=agent_interrupt")
public final class InterruptHandler extends RequestHandler {
    private final Services services;

    @Activate
    public InterruptHandler(@Reference Services services) {
        super(RequestType.AGENT_INTERRUPT);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        request.whenDone(
                executions.interrupt(project, request.principal().name()),
                execution -> {
                    request.note(entry -> entry.run(Optional.of(execution.id())));
                    request.reply(
                            "agent_interrupt",
                            Payloads.about(
                                    project,
                                    "status",
                                    "interrupted",
                                    services.clock().instant()),
                            project,
                            execution.seq());
                },
                () -> {});
    }
}
