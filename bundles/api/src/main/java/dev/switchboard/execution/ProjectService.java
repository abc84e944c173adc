package dev.switchboard.execution;

import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What people do with projects. It owns the open stores and every rule about projects: paths, nesting, limits, and that
 * a project is not deleted under a run.
 *
 * <p>Safe for use by many threads. Methods that change something return at once; their stages complete on a thread of
 * this service, after the change has been stored and its events have been handed to the listeners, or exceptionally with
 * a {@link dev.switchboard.error.SwitchboardException} (never wrapped), and then nothing has changed. Every method throws, or
 * completes with, {@code PROJECT_NOT_FOUND} for an unknown project and {@code STORAGE_UNAVAILABLE} while no store is there.
 */
@ProviderType
public interface ProjectService {
    /**
     * Creates a project.
     *
     * @param path an absolute path of a directory, as the client sent it
     * @param executor empty means the configured default; it need not be installed yet
     * @return fails with {@code INVALID_PATH}, {@code PROJECT_EXISTS}, {@code PROJECT_NESTING}, {@code RESOURCE_LIMIT},
     *         {@code VALIDATION_FAILED} or {@code DISK_SPACE_LOW}
     */
    CompletionStage<ProjectStatus> create(String path, Optional<String> name, Optional<String> executor);

    /**
     * Changes a project; a run that is active goes on with what it began with.
     *
     * @return fails with {@code VALIDATION_FAILED}, and with {@code PROCESS_ACTIVE} if the executor is to be another while a run is
     *         active
     */
    CompletionStage<ProjectStatus> configure(ProjectId id, ProjectChange change);

    /**
     * Deletes a project with its history; the directory itself is not touched.
     *
     * @return its last status; fails with {@code PROCESS_ACTIVE} while a run is active
     */
    CompletionStage<ProjectStatus> delete(ProjectId id);

    /** One project as it is now. Does not wait for a run or the disk. */
    ProjectStatus status(ProjectId id);

    /** All projects as they are now, the oldest first. Does not wait for a run or the disk. */
    List<ProjectStatus> list();

    /** Reads a page of a project's history, on the caller's thread. */
    MessagePage history(ProjectId id, MessageQuery query);

    /**
     * Sessions that the log knows for a project, the last used first.
     */
    List<AgentSession> sessions(ProjectId id);
}
