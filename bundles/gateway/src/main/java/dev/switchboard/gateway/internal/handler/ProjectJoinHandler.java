package dev.switchboard.gateway.internal.handler;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.gateway.internal.output.JoinPlan;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.message.LogHead;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Payloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_join}: the project's state, then what the client has missed, then what comes. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_join")
public final class ProjectJoinHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ProjectJoinHandler(@Reference Services services) {
        super(RequestType.PROJECT_JOIN);
        this.services = services;
    }

    private record Wish(OptionalLong afterSeq, Optional<String> epoch, boolean statesOnly) {
        static Wish of(Fields fields) {
            return new Wish(
                    fields.number("after_seq"),
                    fields.text("epoch"),
                    fields.text("detail").filter("state"::equals).isPresent());
        }

        /** Whether the log has every record behind the one that the client has, of the log that the client knows. */
        boolean isWhole(LogHead head) {
            return afterSeq.getAsLong() <= head.lastSeq()
                    && afterSeq.getAsLong() >= head.firstSeq() - 1
                    && epoch.map(head.epoch().toString()::equalsIgnoreCase).orElse(true);
        }
    }

    @Override
    void handle(Request request) {
        Wish wish = Wish.of(request.fields());
        services.requireBroadcaster();
        ProjectId project = request.project();
        Hold hold = request.hold();
        // Before the state is looked at: if the project goes from here on, the session is told.
        boolean first = request.session().join(project);
        try {
            join(request, hold, wish, services.projects().status(project));
        } catch (RuntimeException e) {
            if (first) {
                request.session().leave(project);
            }
            hold.release();
            throw e;
        }
    }

    private static void join(Request request, Hold hold, Wish wish, ProjectStatus status) {
        LogHead head = status.log();
        List<Outgoing> replies = new ArrayList<>();
        replies.add(request.outgoing("project_state", Payloads.projectStateForJoin(status)));
        replies.add(request.outgoing("project_join", Payloads.joined(status)));
        replies.add(request.outgoing("project_joined", Payloads.joined(status)));
        if (wish.afterSeq.isEmpty()) {
            hold.join(JoinPlan.live(head.lastSeq(), wish.statesOnly), replies);
            return;
        }
        boolean whole = wish.isWhole(head);
        long from = whole ? wish.afterSeq.getAsLong() + 1 : head.firstSeq();
        replies.add(request.outgoing("replay", Payloads.replay(from, whole, head)));
        hold.join(JoinPlan.replay(head.lastSeq(), from - 1, wish.statesOnly), replies);
    }
}
