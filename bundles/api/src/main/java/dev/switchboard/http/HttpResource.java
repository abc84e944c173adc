package dev.switchboard.http;

import dev.switchboard.security.Role;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that is served over HTTP on the server's port, registered as a service (whiteboard). Of several with one
 * path the highest ranking serves; a longer path wins over a shorter one.
 */
@ConsumerType
public interface HttpResource {
    /** The path that it serves, beginning with {@code /}; with everything below it if it ends with {@code /}. */
    String path();

    /** The role that a request needs; empty means that it needs neither a token nor a listed Host. */
    Optional<Role> role();

    /**
     * Answers a request. Called on the server's pool threads, many at once. What it throws is logged and answered with
     * 500 and an incident id.
     */
    HttpReply handle(HttpQuery query);
}
