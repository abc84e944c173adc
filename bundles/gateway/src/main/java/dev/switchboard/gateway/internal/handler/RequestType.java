package dev.switchboard.gateway.internal.handler;

import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.FrameRule.Scope;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Role;
import java.util.Locale;
import java.util.Optional;

/**
 * Every request of the server's own, with the least role that may send it: the one place where that is written down. The
 * handlers take their rules from here, and the table of roles in {@code docs/protocol.md} is held against it.
 */
public enum RequestType {
    AUTH(Scope.SERVER),
    PING(Scope.SERVER),
    HEARTBEAT(Scope.SERVER),

    HELLO(Role.VIEWER, Scope.SERVER),
    HEALTH(Role.VIEWER, Scope.SERVER),
    HEALTH_CHECK(Role.VIEWER, Scope.SERVER),
    PROJECT_LIST(Role.VIEWER, Scope.SERVER),
    PROJECT_JOIN(Role.VIEWER, Scope.PROJECT),
    PROJECT_LEAVE(Role.VIEWER, Scope.PROJECT),
    GET_MESSAGES(Role.VIEWER, Scope.PROJECT),
    SESSION_LIST(Role.VIEWER, Scope.PROJECT),

    PROJECT_CREATE(Role.OPERATOR, Scope.SERVER),
    PROJECT_DELETE(Role.OPERATOR, Scope.PROJECT),
    PROJECT_CONFIGURE(Role.OPERATOR, Scope.PROJECT),
    EXECUTE(Role.OPERATOR, Scope.PROJECT),
    AGENT_KILL(Role.OPERATOR, Scope.PROJECT),
    AGENT_INTERRUPT(Role.OPERATOR, Scope.PROJECT),
    AGENT_NEW_SESSION(Role.OPERATOR, Scope.PROJECT),
    PERMISSION_RESPONSE(Role.OPERATOR, Scope.PROJECT),
    QUEUE_CANCEL(Role.OPERATOR, Scope.PROJECT);

    private final Optional<Role> role;
    private final Scope scope;

    /** One that is accepted from somebody who has not proved who they are. */
    RequestType(Scope scope) {
        this.role = Optional.empty();
        this.scope = scope;
    }

    RequestType(Role role, Scope scope) {
        this.role = Optional.of(role);
        this.scope = scope;
    }

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is checked before it is handled. */
    public FrameRule rule() {
        return new FrameRule(role, scope, Optional.of(MessageSchemas.request(wireName())));
    }
}
