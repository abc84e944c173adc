package dev.switchboard.project;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open store of projects: what must last, and nothing else. It knows no rules about paths, limits or runs; those
 * are the use cases' ({@code dev.switchboard.execution.ProjectService}), which alone write here.
 *
 * <p>Safe for use by many threads. When a method that changes something returns, the change survives a power failure;
 * a crash in the middle leaves either the old or the new state. Reading never waits for the disk.
 *
 * <p>Errors: {@link dev.switchboard.error.SwitchboardException} with {@code STORAGE_UNAVAILABLE} if the medium fails
 * or the registry is closed, {@code DISK_SPACE_LOW} if it is full; in both cases nothing has changed.
 */
@ProviderType
public interface ProjectRegistry extends AutoCloseable {
    /**
     * Adds a project.
     *
     * @throws IllegalArgumentException if there is one with this id
     */
    void create(Project project);

    /** The project with this id, if there is one. */
    Optional<Project> find(ProjectId id);

    /** All projects, the oldest first; a snapshot. */
    List<Project> list();

    /**
     * Changes a project. The function gets the present state and returns the new one with the same id; it is called
     * exactly once, no other change to this project comes between, and it must not call back into the registry.
     *
     * @return the new state, or empty if there is no such project
     */
    Optional<Project> update(ProjectId id, UnaryOperator<Project> change);

    /**
     * Forgets a project. Its messages are not touched: {@link dev.switchboard.message.MessageLog#delete} is for them.
     *
     * @return whether there was one
     */
    boolean remove(ProjectId id);

    /**
     * What was found damaged or incomplete when the registry was opened and what was done about it: recovered from its
     * last good copy, or put into quarantine. One line for people each.
     */
    List<String> openReport();

    /** Releases files and locks. Calls after it fail with {@code STORAGE_UNAVAILABLE}; closing twice does nothing. */
    @Override
    void close();
}
