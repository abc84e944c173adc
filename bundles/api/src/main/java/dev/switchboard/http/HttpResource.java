package dev.switchboard.http;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that is served over HTTP on the server's port, registered as a service (whiteboard). Of several with one
 * path the highest ranking serves; a longer path wins over a shorter one.
 */
@ConsumerType
public interface HttpResource {
    /** The path that it serves, beginning with {@code /}; with everything below it if it ends with {@code /}. */
    String path();

    /** Who may ask. */
    HttpAccess access();

    /**
     * Answers a request. Called on the server's pool threads, many at once. What it throws is logged and answered with
     * 500 and an incident id.
     */
    HttpReply handle(HttpQuery query);
}
