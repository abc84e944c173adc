package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;

/** Told which projects a session has a lane for, and how it does. Called under the outbox's lock: returns at once, calls nothing back. */
public interface LaneWatcher {
    void opened(ProjectId project);

    void closed(ProjectId project);

    /** More waits to be sent than can be at once: whoever looks after the session may have to tell it so. */
    void fallingBehind();
}
