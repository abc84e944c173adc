package dev.switchboard.gateway;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Handles the requests of one type or several, registered as a service with the property {@value #TYPE} (one or many
 * type names). Of several for one type the highest ranking handles it. A type without a handler is answered with
 * {@code VALIDATION_FAILED}.
 */
@ConsumerType
public interface FrameHandler {
    /** The service property that names the frame types. */
    String TYPE = "frame.type";

    /**
     * What the router checks before {@link #handle} is called, in this order: role, project, schema. Asked for once, when the
     * handler is found; if that fails, or the schema is none, its types are answered with {@code INTERNAL_ERROR}.
     */
    FrameRule rule();

    /**
     * Handles a request, or begins to. Called one at a time for each session, on the server's pool threads; must not wait
     * for an agent. What it throws becomes the {@code error} reply: a
     * {@link dev.switchboard.error.SwitchboardException} as it is, anything else as {@code INTERNAL_ERROR} with an incident
     * id.
     */
    void handle(FrameContext frame);
}
