package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.project.ProjectId;
import java.util.Optional;

/** Where lanes get a project's records from. Safe for use by many threads; nothing here blocks. */
public interface Sources {
    /** The present broadcaster, if there is one. */
    Optional<Broadcaster> broadcaster();

    /**
     * The present project service.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code SERVICE_UNAVAILABLE} if there is none
     */
    ProjectService projects();

    /** The last record that was handed to a broadcaster, whichever it was; 0 if none was. */
    long lastPublished(ProjectId project);

    /** The largest frame that is held in memory, in bytes. */
    long queueLimit();
}
