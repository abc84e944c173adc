package dev.switchboard.broadcast;

import dev.switchboard.project.ProjectId;
import java.util.Objects;

/**
 * One ordered stream of frames.
 *
 * @param name what tells it from other streams
 */
public record Topic(String name) {
    public Topic {
        Objects.requireNonNull(name, "name");
    }

    /** The stream of a project's frames. */
    public static Topic of(ProjectId project) {
        return new Topic(project.toString());
    }
}
