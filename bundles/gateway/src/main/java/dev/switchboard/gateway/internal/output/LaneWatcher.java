package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;

/** Told which projects a session has a lane for. Called under the outbox's lock: returns at once, calls nothing back. */
public interface LaneWatcher {
    void opened(ProjectId project);

    void closed(ProjectId project);
}
