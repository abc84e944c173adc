package dev.switchboard.gateway.internal.handler;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.Session;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.OptionsReader;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.protocol.Prompts;
import dev.switchboard.security.Role;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code execute}: the requester gets the run's frames whether or not it has joined. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=execute")
public final class ExecuteHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ExecuteHandler(@Reference Services services) {
        super(RequestType.EXECUTE);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        ExecutionRequest wish = wish(request);
        request.note(entry -> entry.asking(Optional.of(wish.prompt().text())));
        services.requireBroadcaster();
        ExecutionService executions = services.executions();
        ProjectId project = request.project();
        Session session = request.session();
        Hold hold = request.hold();
        session.outbox().holdUpdates();
        session.runs().asked();
        request.whenDone(
                Calls.guarded(() -> {
                    hold.prepare(services.projects().status(project).log().lastSeq());
                    return executions.execute(wish);
                }),
                execution -> {
                    session.runs()
                            .answered(Optional.of(execution), wish.options().partialMessages());
                    place(request, hold, execution);
                },
                () -> {
                    session.runs().answered(Optional.empty(), false);
                    hold.release();
                    session.outbox().releaseUpdates(Optional.empty());
                });
    }

    private static void place(Request request, Hold hold, Execution execution) {
        request.note(entry -> entry.run(Optional.of(execution.id())));
        Outgoing reply = request.outgoing("execute", Payloads.execution(execution));
        if (execution.status() == Execution.Status.QUEUED) {
            hold.reply(execution.seq(), reply);
            request.session().outbox().releaseUpdates(Optional.empty());
        } else {
            hold.followRun(execution.id(), execution.firstSeq(), execution.seq(), reply);
        }
    }

    private ExecutionRequest wish(Request request) {
        Fields fields = request.fields();
        Ask ask = request.session().hasCapability("permissions") ? Ask.REMOTE : Ask.DENY;
        ExecutionOptions options = OptionsReader.read(fields, ask);
        checkBypass(request, options);
        return new ExecutionRequest(
                request.project(),
                Prompts.of(request.frame()),
                options,
                request.principal(),
                fields.flag("queue").orElse(false));
    }

    private void checkBypass(Request request, ExecutionOptions options) {
        if (!options.bypassesPermissions()) {
            return;
        }
        if (!request.principal().role().covers(Role.ADMIN)) {
            throw denied("only an admin may switch the agent's permission questions off");
        }
        if (!services.settings().get(ServerSettings.CLAUDE_BYPASS_ALLOWED)) {
            throw denied("the agent's permission questions cannot be switched off; the operator would have to set "
                    + ServerSettings.CLAUDE_BYPASS_ALLOWED.key());
        }
    }

    private static SwitchboardException denied(String message) {
        return new SwitchboardException(
                ErrorCode.PERMISSION_DENIED, message, Map.of("required_role", Role.ADMIN.wireName()));
    }
}
