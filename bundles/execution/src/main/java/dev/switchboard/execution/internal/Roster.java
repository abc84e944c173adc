package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.message.LogHead;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectEvent;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projects that there are, each with its actor: in memory exactly those that the registry knows.
 *
 * <p>A project comes into being with its entry in the registry, when its log is there already. It goes with the mark
 * {@link #REMOVED} in its entry; then its log is deleted and the entry removed, and what keeps that from being done now, be it a
 * crash or a store that is away, is made up for when both stores are opened next.
 *
 * <p>Safe for use by many threads: whatever changes the roster does so one at a time.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    /** The attribute that marks a project as deleted. */
    static final String REMOVED = "removed";

    private final Services services;
    private final ReentrantLock changes = new ReentrantLock(true);
    private final Map<ProjectId, ProjectActor> actors = new ConcurrentHashMap<>();
    /** The same: sorted once, and not for each who wants a list. */
    private final Set<ProjectActor> inOrder = new ConcurrentSkipListSet<>(ProjectActor.BY_AGE);

    private volatile boolean open;

    Roster(Services services) {
        this.services = services;
    }

    static SwitchboardException notFound(ProjectId id) {
        return new SwitchboardException(
                ErrorCode.PROJECT_NOT_FOUND, "there is no such project", Map.of("project_id", id.toString()));
    }

    /** The actor of a project, {@code PROJECT_NOT_FOUND}, or {@code STORAGE_UNAVAILABLE} before the first {@link #open}. */
    ProjectActor actor(ProjectId id) {
        requireOpen();
        ProjectActor actor = actors.get(id);
        if (actor == null) {
            throw notFound(id);
        }
        return actor;
    }

    /** All of them, the oldest first. */
    Collection<ProjectActor> all() {
        return Collections.unmodifiableSet(inOrder);
    }

    /** How many there are. */
    int size() {
        return actors.size();
    }

    private void put(ProjectActor actor) {
        actors.put(actor.id(), actor);
        inOrder.add(actor);
    }

    private Optional<ProjectActor> drop(ProjectId id) {
        Optional<ProjectActor> dropped = Optional.ofNullable(actors.remove(id));
        dropped.ifPresent(inOrder::remove);
        return dropped;
    }

    void requireOpen() {
        if (!open) {
            throw Stores.unavailable("project registry");
        }
    }

    /** Whether the projects can be used. */
    boolean isOpen() {
        return open;
    }

    /** From now on the projects can be used. */
    void open() {
        open = true;
    }

    /**
     * The stores are open, or others than before: takes over what they know.
     *
     * @throws SwitchboardException if one of them is away again; to be called again when it is back
     */
    void load() {
        List<ProjectActor> added = new ArrayList<>();
        changes.lock();
        try {
            List<Project> stored = services.stores().registry(registry -> {
                registry.openReport().forEach(line -> LOG.warn("project registry: {}", line));
                return registry.list();
            });
            Set<ProjectId> known = new HashSet<>();
            for (Project project : stored) {
                known.add(project.id());
                if (project.attributes().containsKey(REMOVED)) {
                    forget(project.id());
                    purge(project.id());
                } else {
                    take(project).ifPresent(added::add);
                }
            }
            Set.copyOf(actors.keySet()).stream()
                    .filter(id -> !known.contains(id))
                    .forEach(this::forget);
            removeUnborn(known);
            LOG.info("{} projects loaded", actors.size());
        } finally {
            changes.unlock();
        }
        if (open) {
            added.forEach(this::tellCreated);
        }
    }

    /** Returns the actor if it is new. */
    private Optional<ProjectActor> take(Project project) {
        ProjectActor present = actors.get(project.id());
        if (present != null) {
            present.execute(present::reopened);
            return Optional.empty();
        }
        ProjectActor actor = ProjectActor.load(project, services);
        put(actor);
        return Optional.of(actor);
    }

    /** The registry does not know it: neither do we, whatever it does just now. */
    private void forget(ProjectId id) {
        drop(id).ifPresent(actor -> {
            LOG.warn("project {} is not in the registry any more", id);
            actor.execute(actor::forgotten);
        });
    }

    /** Removes logs without a record that no project belongs to: a crash came before the project was there. */
    private void removeUnborn(Set<ProjectId> known) {
        try {
            services.stores().log(log -> {
                for (ProjectId id : log.projects()) {
                    if (!known.contains(id) && isEmpty(log.head(id), id)) {
                        log.delete(id);
                    }
                }
                return null;
            });
        } catch (SwitchboardException e) {
            LOG.warn("logs that belong to no project cannot be looked through: {}", e.getMessage());
        }
    }

    private static boolean isEmpty(LogHead head, ProjectId id) {
        if (head.lastSeq() > 0) {
            LOG.warn("there are {} messages of {}, which is no project; they are kept", head.lastSeq(), id);
        }
        return head.lastSeq() == 0;
    }

    /**
     * Adds a project.
     *
     * @throws SwitchboardException if one of the stores does not take it; nothing is left then
     */
    ProjectActor add(Project project) {
        ProjectActor actor;
        changes.lock();
        try {
            LogHead head = services.stores().log(log -> log.head(project.id()));
            enter(project);
            actor = new ProjectActor(project, head, services);
            put(actor);
        } finally {
            changes.unlock();
        }
        tellCreated(actor);
        return actor;
    }

    private void enter(Project project) {
        try {
            services.stores().registry(registry -> {
                registry.create(project);
                return project;
            });
        } catch (RuntimeException e) {
            deleteLog(project.id());
            throw e;
        }
    }

    private void tellCreated(ProjectActor actor) {
        services.listeners().tell(new ExecutionEvent.Changed(actor.status(), Kind.CREATED));
        services.listeners().tell(new ProjectEvent.Created(actor.status().project()));
    }

    private void deleteLog(ProjectId id) {
        try {
            services.stores().log(log -> {
                log.delete(id);
                return null;
            });
        } catch (RuntimeException e) {
            LOG.warn("the empty log of {} is left until the stores are opened next: {}", id, e.getMessage());
        }
    }

    /**
     * Removes a project with its log. Once this returns it is gone for good, even if something of it is still to be deleted.
     *
     * @throws SwitchboardException if the registry does not take it; nothing has changed then
     */
    void remove(ProjectId id) {
        changes.lock();
        try {
            services.stores()
                    .registry(registry ->
                            registry.update(id, before -> before.withAttribute(REMOVED, Optional.of("true"))));
            drop(id);
            purge(id);
        } finally {
            changes.unlock();
        }
    }

    /** Deletes what is left of a project that is marked as removed; its entry last, because it tells that there is something. */
    private void purge(ProjectId id) {
        try {
            services.stores().log(log -> {
                log.delete(id);
                return null;
            });
            services.stores().registry(registry -> registry.remove(id));
        } catch (RuntimeException e) {
            LOG.warn(
                    "what is left of the deleted project {} goes when the stores are opened next: {}",
                    id,
                    e.getMessage());
        }
    }
}
