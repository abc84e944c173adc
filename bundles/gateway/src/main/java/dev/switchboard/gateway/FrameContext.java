package dev.switchboard.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One request while it is handled. {@link #reply} and {@link #fail} may be called by any thread and after
 * {@link FrameHandler#handle} has returned; at most one {@code fail} and no reply after it.
 */
@ProviderType
public interface FrameContext {
    /** The frame's type. */
    String type();

    /** The frame's {@code data}; an empty object if it had none. Not to be changed. */
    ObjectNode data();

    /** Who asks. */
    Principal principal();

    /** Identifies the session that asks. */
    String sessionId();

    /**
     * The project that the request is about; it exists and the sender may see it.
     *
     * @throws IllegalStateException if the handler's rule has not the scope PROJECT
     */
    ProjectId project();

    /** Sends a direct reply about no project, with the request's {@code request_id}. */
    void reply(String type, ObjectNode data);

    /**
     * Sends a direct reply about a project, with the request's {@code request_id}. If the session follows the project, the
     * reply comes behind the project's record {@code afterSeq} and before the next one that is not sent yet.
     *
     * @param afterSeq 0 if the place does not matter
     */
    void reply(String type, ObjectNode data, ProjectId project, long afterSeq);

    /** Sends the {@code error} reply for what went wrong, as if the handler had thrown it. */
    void fail(Throwable failure);
}
