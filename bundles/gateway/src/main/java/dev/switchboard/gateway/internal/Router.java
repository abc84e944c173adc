package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.MDC;

/** Reads a message, checks what can be checked without knowing what it is about, and gives it to its handler. */
final class Router {
    private final Services services;
    private final Handlers handlers;

    Router(Services services, Handlers handlers) {
        this.services = services;
        this.handlers = handlers;
    }

    /** Handles one message, or begins to; never throws. */
    void handle(Session session, byte[] utf8) {
        MDC.put("session_id", session.id());
        try {
            InboundFrame.Raw raw;
            try {
                raw = InboundFrame.parse(utf8);
            } catch (SwitchboardException e) {
                new Request(services, session, Optional.empty(), Optional.empty()).fail(e);
                return;
            }
            raw.requestId().map(JsonNode::asText).ifPresent(id -> MDC.put("request_id", id));
            handle(session, raw);
        } finally {
            MDC.clear();
        }
    }

    private void handle(Session session, InboundFrame.Raw raw) {
        Request request = new Request(services, session, raw.requestId(), raw.type());
        try {
            checkRate(session);
            InboundFrame frame = raw.envelope();
            request.begin(frame);
            Optional<Route> route = handlers.find(frame.type());
            Optional<Role> role = route.isPresent() ? route.get().rule().role() : Optional.of(Role.VIEWER);
            role.ifPresent(least -> checkRole(session, frame.type(), least));
            Route known = route.orElseThrow(() -> unknown(frame.type()));
            if (known.rule().scope() == FrameRule.Scope.PROJECT) {
                ProjectId project = project(session, frame);
                MDC.put("project_id", project.toString());
                request.about(project);
            }
            known.check(frame.data());
            known.handler().handle(request);
        } catch (RuntimeException | Error e) { // an extension may lack a class, or recurse without end
            request.fail(e);
        } finally {
            session.closeIfRefused();
        }
    }

    private void checkRate(Session session) {
        int limit = services.settings().get(ServerSettings.LIMITS_REQUESTS_PER_SECOND);
        OptionalLong wait = session.requests().take(limit);
        if (wait.isPresent()) {
            throw new SwitchboardException(
                    ErrorCode.RESOURCE_LIMIT,
                    "this connection sends more than " + limit + " requests a second; send fewer",
                    Map.of(
                            "resource",
                            "requests_per_second",
                            "limit",
                            limit,
                            "current",
                            limit,
                            "retry_after_ms",
                            wait.getAsLong()));
        }
    }

    private static SwitchboardException unknown(String type) {
        return new SwitchboardException(
                ErrorCode.VALIDATION_FAILED, "unknown message type: " + type, Map.of("field", "type"));
    }

    private static void checkRole(Session session, String type, Role least) {
        Principal principal = session.principal()
                .orElseThrow(() -> Access.unauthorized("authenticate first: send an auth frame with a token"));
        if (!principal.role().covers(least)) {
            throw new SwitchboardException(
                    ErrorCode.PERMISSION_DENIED,
                    type + " needs the role " + least.wireName() + "; this token's role is "
                            + principal.role().wireName(),
                    Map.of(
                            "required_role",
                            least.wireName(),
                            "role",
                            principal.role().wireName()));
        }
    }

    private ProjectId project(Session session, InboundFrame frame) {
        ProjectId project = frame.projectId()
                .or(session::onlyProject)
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.VALIDATION_FAILED,
                        "project_id is missing; name a project, or join exactly one",
                        Map.of("field", "project_id")));
        if (!session.principal().orElseThrow().maySee(project)) {
            throw notFound(project);
        }
        try {
            services.projects().status(project);
        } catch (SwitchboardException e) {
            throw e.code() == ErrorCode.PROJECT_NOT_FOUND ? notFound(project) : e;
        }
        return project;
    }

    private static SwitchboardException notFound(ProjectId project) {
        return new SwitchboardException(
                ErrorCode.PROJECT_NOT_FOUND,
                "there is no project " + project + "; project_list tells which there are",
                Map.of("project_id", project.toString()));
    }
}
