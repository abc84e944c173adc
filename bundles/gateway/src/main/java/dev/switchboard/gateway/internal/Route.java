package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.protocol.schema.JsonSchema;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.protocol.schema.SchemaViolation;
import dev.switchboard.security.Role;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler with what it asks for, its schema ready for use. A handler that asks for nonsense is one that refuses. */
final class Route {
    private static final Logger LOG = LoggerFactory.getLogger(Route.class);

    private final FrameHandler handler;
    private final FrameRule rule;
    private final Optional<JsonSchema> schema;

    private Route(FrameHandler handler, FrameRule rule, Optional<JsonSchema> schema) {
        this.handler = handler;
        this.rule = rule;
        this.schema = schema;
    }

    /** @param types the names that the handler is registered for, for the log */
    static Route to(FrameHandler handler, Collection<?> types) {
        try {
            FrameRule rule = handler.rule();
            rule.frames().values().forEach(MessageSchemas.open()::compile);
            return new Route(handler, rule, rule.schema().map(MessageSchemas.open()::compile));
        } catch (RuntimeException | LinkageError e) {
            String incident = UUID.randomUUID().toString();
            LOG.error(
                    "incident {}: requests of type {} are refused: the rule of {} is of no use",
                    incident,
                    types,
                    handler.getClass().getName(),
                    e);
            return new Route(new Refusal(incident), FrameRule.server(Role.VIEWER), Optional.empty());
        }
    }

    FrameHandler handler() {
        return handler;
    }

    FrameRule rule() {
        return rule;
    }

    /** Whether there is somebody behind it who can handle requests. */
    boolean isUsable() {
        return !(handler instanceof Refusal);
    }

    /** Whether its handler never waits, so that it may be called by a thread that reads sockets. */
    boolean isPrompt() {
        return handler instanceof PromptHandler;
    }

    /** @throws SwitchboardException {@code VALIDATION_FAILED} naming the field, if the request does not fit the schema */
    void check(ObjectNode data) {
        Optional<SchemaViolation> violation = schema.flatMap(known -> known.checkRequest(data));
        if (violation.isPresent()) {
            String field = violation.get().field();
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    violation.get().message(),
                    Map.of("field", field.isEmpty() ? "data" : field));
        }
    }

    /** Answers for a handler that cannot. */
    private record Refusal(String incident) implements FrameHandler {
        @Override
        public FrameRule rule() {
            return FrameRule.server(Role.VIEWER);
        }

        @Override
        public void handle(FrameContext frame) {
            throw new SwitchboardException(
                    ErrorCode.INTERNAL_ERROR,
                    "requests of type " + frame.type() + " cannot be handled: the schema of their handler is not valid;"
                            + " the server's log tells more under incident " + incident,
                    Map.of("incident", incident));
        }
    }
}
