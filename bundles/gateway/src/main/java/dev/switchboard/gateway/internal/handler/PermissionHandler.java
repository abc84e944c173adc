package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Payloads;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code permission_response}: the answer to an agent's question. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=permission_response")
public final class PermissionHandler extends RequestHandler {
    private final Services services;

    @Activate
    public PermissionHandler(@Reference Services services) {
        super(RequestType.PERMISSION_RESPONSE);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        PermissionAnswer answer = answer(request);
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        note(request, answer);
        Hold hold = request.hold(); // the agent may go on before the answer to this one has its place
        request.underHold(
                hold,
                () -> executions.answer(project, answer, request.principal().name()),
                seq -> {
                    ObjectNode data = Payloads.about(
                            project,
                            "permission_id",
                            answer.permissionId(),
                            services.clock().instant());
                    data.put("decision", wireName(answer.decision()));
                    hold.reply(seq, request.outgoing("permission_response", data));
                });
    }

    /** What is allowed or denied is known only as long as the question is open. */
    private void note(Request request, PermissionAnswer answer) {
        ProjectStatus status = services.projects().status(request.project());
        request.note(entry -> entry.run(status.execution())
                .with("permission_id", answer.permissionId())
                .with("decision", wireName(answer.decision())));
        status.pendingPermissions().stream()
                .filter(question -> question.permissionId().equals(answer.permissionId()))
                .findFirst()
                .ifPresent(question -> request.note(entry -> entry.with("tool_name", question.toolName())));
    }

    private static String wireName(Decision decision) {
        return decision == Decision.ALLOW ? "allow" : "deny";
    }

    private static PermissionAnswer answer(Request request) {
        Fields fields = request.fields();
        String id = fields.requiredText("permission_id");
        String decision = fields.requiredText("decision");
        return new PermissionAnswer(
                id,
                decision.equals("allow") ? Decision.ALLOW : Decision.DENY,
                fields.text("message"),
                request.frame().rawField("updated_input"),
                fields.flag("remember").orElse(false));
    }
}
