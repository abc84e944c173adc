package dev.switchboard.store.postgresql.internal;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry in a database. All projects are in memory too, which is where they are read from; a change is in memory only after it was
 * committed. What a connection that failed may have changed without that being known is put right by the next one.
 */
final class PostgresqlProjectRegistry implements ProjectRegistry, OwnedConnection.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlProjectRegistry.class);
    private static final Comparator<Project> OLDEST_FIRST = Comparator.comparing(Project::createdAt)
            .thenComparing(project -> project.id().toString());
    private static final String SERVICE = "project store";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final long LOOK_MILLIS = 250;

    private final OwnedConnection owned;
    private final Map<ProjectId, Project> projects = new ConcurrentHashMap<>();
    /** Used by whose turn it is: projects of which the rows may say something else than memory. */
    private final Set<ProjectId> inDoubt = new HashSet<>();

    private final Gate gate = new Gate(SERVICE);
    private final Watch watch;
    private volatile List<String> report = List.of();

    private PostgresqlProjectRegistry(Ownership ownership) {
        this.owned = new OwnedConnection(ownership, this);
        this.watch = new Watch("switchboard-postgresql-projects", owned::abort);
    }

    /**
     * Takes ownership and reads everything.
     *
     * @throws SQLException if that cannot be done
     */
    static PostgresqlProjectRegistry open(Ownership ownership) throws SQLException {
        PostgresqlProjectRegistry registry = new PostgresqlProjectRegistry(ownership);
        boolean done = false;
        try {
            registry.owned.take();
            done = true;
        } finally {
            if (!done) {
                registry.close();
            }
        }
        LOG.info(
                "Project store opened with {} projects, {} findings", registry.projects.size(), registry.report.size());
        registry.watch.every(LOOK_MILLIS, LOOK_MILLIS, registry.owned::look);
        return registry;
    }

    @Override
    public void taken(Connection connection, boolean mine) throws SQLException {
        ProjectRows rows = new ProjectRows(connection);
        if (mine) {
            for (ProjectId id : inDoubt) {
                rows.put(id, Optional.ofNullable(projects.get(id)));
            }
        } else {
            read(rows);
        }
        connection.commit();
        inDoubt.clear();
    }

    private void read(ProjectRows rows) throws SQLException {
        List<String> findings = new ArrayList<>();
        List<Project> loaded = rows.load(findings);
        if (!projects.isEmpty()) {
            LOG.warn("Another server had the projects meanwhile; they are as it left them");
        }
        projects.keySet().retainAll(loaded.stream().map(Project::id).toList());
        loaded.forEach(project -> projects.put(project.id(), project));
        findings.forEach(LOG::warn);
        report = List.copyOf(findings);
    }

    @Override
    public void lost() {
        // what is read is in memory
    }

    @Override
    public void create(Project project) {
        change(project.id(), "the project could not be created", connection -> {
            if (projects.containsKey(project.id())) {
                throw exists(project.id(), null);
            }
            new ProjectRows(connection).insert(project);
            return () -> projects.put(project.id(), project);
        });
    }

    private static IllegalArgumentException exists(ProjectId id, SQLException cause) {
        return new IllegalArgumentException("there is a project " + id + " already", cause);
    }

    @Override
    public Optional<Project> find(ProjectId id) {
        gate.checkOpen();
        return Optional.ofNullable(projects.get(id));
    }

    @Override
    public List<Project> list() {
        gate.checkOpen();
        List<Project> all = new ArrayList<>(projects.values());
        all.sort(OLDEST_FIRST);
        return List.copyOf(all);
    }

    @Override
    public Optional<Project> update(ProjectId id, UnaryOperator<Project> change) {
        List<Project> result = new ArrayList<>(1);
        change(id, "the project could not be changed", connection -> {
            Project before = projects.get(id);
            if (before == null) {
                return () -> {};
            }
            Project after = Objects.requireNonNull(change.apply(before), "the changed project");
            if (!after.id().equals(id)) {
                throw new IllegalArgumentException("a change must keep the id " + id + ", not make it " + after.id());
            }
            if (!after.equals(before)) {
                new ProjectRows(connection).update(before, after);
            }
            result.add(after);
            return () -> projects.put(id, after);
        });
        return result.stream().findFirst();
    }

    @Override
    public boolean remove(ProjectId id) {
        boolean[] removed = new boolean[1];
        change(id, "the project could not be removed", connection -> {
            if (!projects.containsKey(id)) {
                return () -> {};
            }
            new ProjectRows(connection).delete(id);
            return () -> removed[0] = projects.remove(id) != null;
        });
        return removed[0];
    }

    @Override
    public List<String> openReport() {
        return report;
    }

    /** What is done in a transaction; what it returns is done when that was committed. */
    @FunctionalInterface
    private interface Change {
        Runnable in(Connection connection) throws SQLException;
    }

    private void change(ProjectId id, String failed, Change change) {
        gate.pass(() -> {
            try {
                return owned.use(
                        connection -> {
                            Runnable committed = change.in(connection);
                            connection.commit();
                            committed.run();
                            return true;
                        },
                        () -> inDoubt.add(id));
            } catch (SQLException e) {
                if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    throw exists(id, e); // one whose row could not be understood has its id too
                }
                LOG.error("Project {}: {}", id, failed, e);
                throw SqlErrors.of(e, SERVICE, failed);
            }
        });
    }

    /** Whether changes can be made now. */
    boolean isConnected() {
        return owned.isHeld();
    }

    @Override
    public void close() {
        owned.stop();
        watch.close();
        gate.close(owned::abort, owned::close);
    }

    /** Waits until somebody has closed it; returns whether that happened in time. */
    boolean awaitClosed(Duration time) {
        return gate.awaitClosed(time);
    }

    boolean isClosed() {
        return gate.isClosed();
    }
}
