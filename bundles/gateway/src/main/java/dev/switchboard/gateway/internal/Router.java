package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads messages, checks what can be checked without knowing what they are about, and gives them to their handlers. */
final class Router {
    private static final long RETRY_AFTER_MS = 1000;

    private final Services services;
    private final Handlers handlers;

    Router(Services services, Handlers handlers) {
        this.services = services;
        this.handlers = handlers;
    }

    /** A message that has been read, and what is to be done about it. */
    interface Incoming {
        /** Whether to handle it takes no more than a moment, and waits for nothing. */
        boolean isPrompt();

        /** Handles it, or begins to; never throws. To be called once. */
        void handle();
    }

    /** Reads a message of a session; never throws. */
    Incoming read(Session session, byte[] utf8) {
        try {
            InboundFrame.Raw raw = InboundFrame.parse(utf8);
            return new Readable(session, raw, raw.type().flatMap(handlers::find));
        } catch (SwitchboardException e) {
            return new Unreadable(session, e);
        }
    }

    /** What is no JSON object. */
    private final class Unreadable implements Incoming {
        private final Session session;
        private final SwitchboardException error;

        Unreadable(Session session, SwitchboardException error) {
            this.session = session;
            this.error = error;
        }

        @Override
        public boolean isPrompt() {
            return false; // no rate is kept for it, so it must not take the time of others
        }

        @Override
        public void handle() {
            new Request(services, session, Optional.empty(), Optional.empty()).fail(error);
        }
    }

    /** What may be a request, and the way to its handler if there is one. */
    private final class Readable implements Incoming {
        private final Session session;
        private final InboundFrame.Raw raw;
        private final Optional<Route> route;

        Readable(Session session, InboundFrame.Raw raw, Optional<Route> route) {
            this.session = session;
            this.raw = raw;
            this.route = route;
        }

        @Override
        public boolean isPrompt() {
            return route.isPresent() && route.get().isPrompt();
        }

        @Override
        public void handle() {
            Request request = new Request(services, session, raw.requestId(), raw.type());
            try {
                passOn(request);
            } catch (RuntimeException | Error e) { // an extension may lack a class, or recurse without end
                request.fail(e);
            } finally {
                session.closeIfRefused();
            }
        }

        private void passOn(Request request) {
            checkRate(session);
            InboundFrame frame = raw.envelope();
            request.begin(frame);
            route.filter(Router::isAudited)
                    .flatMap(known -> session.principal())
                    .ifPresent(request::audited);
            if (route.isEmpty() && MessageSchemas.open().requestTypes().contains(frame.type())) {
                throw missing(frame.type());
            }
            Optional<Role> role = route.isPresent() ? route.get().rule().role() : Optional.of(Role.VIEWER);
            role.ifPresent(least -> checkRole(session, frame.type(), least));
            Route known = route.orElseThrow(() -> unknown(frame.type()));
            if (known.rule().scope() == FrameRule.Scope.PROJECT) {
                ProjectId project = project(session, frame);
                request.about(project);
            }
            known.check(frame.data());
            request.context().run(() -> known.handler().handle(request));
        }
    }

    /** Whoever may only look changes nothing. */
    private static boolean isAudited(Route route) {
        return route.rule().role().filter(least -> least.covers(Role.OPERATOR)).isPresent();
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

    /** At a start sockets may be open for a moment before all handlers are there: clients that come back come early. */
    private static SwitchboardException missing(String type) {
        return new SwitchboardException(
                ErrorCode.SERVICE_UNAVAILABLE,
                "requests of type " + type + " cannot be handled just now; the server may be starting: try again",
                Map.of("service", type, "retry_after_ms", RETRY_AFTER_MS));
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
