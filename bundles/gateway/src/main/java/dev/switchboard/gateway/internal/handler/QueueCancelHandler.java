package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code queue_cancel}: takes a run out of the queue. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=queue_cancel")
public final class QueueCancelHandler extends RequestHandler {
    private final Services services;

    @Activate
    public QueueCancelHandler(@Reference Services services) {
        super(RequestType.QUEUE_CANCEL);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ExecutionId run = ExecutionId.parse(request.fields().requiredText("execution_id"));
        request.note(entry -> entry.run(Optional.of(run)));
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        Hold hold = request.hold();
        request.underHold(
                hold,
                () -> executions.cancelQueued(project, run, request.principal().name()),
                execution -> {
                    ObjectNode data = Payloads.about(
                            project,
                            "execution_id",
                            run.toString(),
                            services.clock().instant());
                    data.put("status", "cancelled");
                    hold.reply(execution.seq(), request.outgoing("queue_cancel", data));
                });
    }
}
