package dev.switchboard.execution.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Payloads;
import java.util.List;
import java.util.Optional;

/**
 * What an agent reports, in order: lines become records, many at once; the rest changes the project. Used only on the project's
 * serial executor.
 */
final class AgentReports {
    private final ProjectActor actor;
    private final Services services;

    AgentReports(ProjectActor actor, Services services) {
        this.actor = actor;
        this.services = services;
    }

    /** Deals with events of a run's agent, and goes on when all that is to be recorded of them is. */
    void relay(Run source, List<AgentEvent> events, Runnable recorded) {
        Relay.start(
                events,
                new Relay.Target() {
                    @Override
                    public void lines(List<AgentEvent.Line> lines, Runnable then) {
                        if (source.isOver()) {
                            then.run();
                            return;
                        }
                        List<NewMessage> batch =
                                lines.stream().map(Records::line).toList();
                        actor.record(next -> batch, then);
                    }

                    @Override
                    public void other(AgentEvent event, Runnable then) {
                        react(source, event, then);
                    }
                },
                recorded);
    }

    private void react(Run source, AgentEvent event, Runnable then) {
        if (source.isOver()) {
            then.run();
        } else if (event instanceof AgentEvent.Partial partial) {
            services.listeners().tell(new ExecutionEvent.Partial(actor.id(), source.id(), partial.line()));
            then.run();
        } else if (event instanceof AgentEvent.SessionChanged session) {
            sessionChanged(session.sessionId(), then);
        } else if (event instanceof AgentEvent.PermissionAsked asked) {
            actor.permissions().asked(source, asked, then);
        } else if (event instanceof AgentEvent.PermissionWithdrawn withdrawn) {
            actor.permissions().withdrawn(withdrawn.permissionId(), then);
        } else if (event instanceof AgentEvent.Limited limited) {
            actor.limited(limited.until());
            actor.changed(Kind.ATTENTION);
            then.run();
        } else if (event instanceof AgentEvent.TurnEnded end) {
            if (end.verdict() == AgentEvent.Verdict.COMPLETED) {
                actor.limited(Optional.empty()); // it was answered
            }
            source.turnEnded(end);
            then.run();
        } else {
            then.run();
        }
    }

    private void sessionChanged(String sessionId, Runnable then) {
        Project project = actor.project();
        if (project.sessionId().filter(sessionId::equals).isPresent()) {
            then.run();
            return;
        }
        actor.keep(project.withSession(Optional.of(sessionId)).withAttribute(ProjectActor.FORK, Optional.empty()));
        actor.record(
                next -> {
                    ObjectNode data = Payloads.projectUpdate(
                            "session", actor.status(), services.clock().instant());
                    data.put("session_id", sessionId);
                    return List.of(Records.server(Records.PROJECT_UPDATE, data));
                },
                then);
        actor.changed(Kind.SESSION);
    }
}
