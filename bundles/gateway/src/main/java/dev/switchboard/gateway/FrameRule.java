package dev.switchboard.gateway;

import dev.switchboard.security.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a frame type asks for.
 *
 * @param role the least role that may send it; empty if it is accepted before authentication
 * @param scope whether it is about a project
 * @param schema a JSON Schema (2020-12) of its {@code data}; empty if anything is right. What does not fit is answered with
 *        {@code VALIDATION_FAILED} and never reaches the handler. The {@code description} of a field should say what would be
 *        right: it becomes part of the error's text. A field that is {@code null} counts as absent, and a number written with
 *        a point or an exponent is no {@code integer}. The schema may refer to the definitions of
 *        {@code https://switchboard.dev/schema/types.json} and {@code fields.json}.
 * @param frames JSON Schemas of the {@code data} of the frames that it is answered with, by their types, as far as the protocol
 *        has none: for those who ask what the server speaks. The server does not hold frames against them.
 */
public record FrameRule(Optional<Role> role, Scope scope, Optional<String> schema, Map<String, String> frames) {
    /** Whether a frame is about a project. */
    public enum Scope {
        /** About an existing project that the sender may see. */
        PROJECT,
        /** About the server or the connection. */
        SERVER
    }

    public FrameRule {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(schema, "schema");
        frames = Map.copyOf(frames);
    }

    /** Of a request that is answered with frames of the protocol's only. */
    public FrameRule(Optional<Role> role, Scope scope, Optional<String> schema) {
        this(role, scope, schema, Map.of());
    }

    /** A request about a project. */
    public static FrameRule project(Role role) {
        return new FrameRule(Optional.of(role), Scope.PROJECT, Optional.empty());
    }

    /** A request about the server. */
    public static FrameRule server(Role role) {
        return new FrameRule(Optional.of(role), Scope.SERVER, Optional.empty());
    }

    /** The same with a schema. */
    public FrameRule withSchema(String text) {
        return new FrameRule(role, scope, Optional.of(text), frames);
    }

    /** The same with a further type of frame that it is answered with. */
    public FrameRule withFrame(String type, String dataSchema) {
        Map<String, String> more = new HashMap<>(frames);
        more.put(type, dataSchema);
        return new FrameRule(role, scope, schema, more);
    }
}
