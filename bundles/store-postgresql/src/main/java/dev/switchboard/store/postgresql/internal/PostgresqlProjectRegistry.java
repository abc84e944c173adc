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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry in a database. All projects are in memory too, which is where they are read from; a change is in memory only after it was
 * committed. What a connection that failed may have changed without that being known is put right by the next one.
 */
final class PostgresqlProjectRegistry implements ProjectRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlProjectRegistry.class);
    private static final Comparator<Project> OLDEST_FIRST = Comparator.comparing(Project::createdAt)
            .thenComparing(project -> project.id().toString());
    private static final String SERVICE = "project store";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final long LOOK_MILLIS = 250;
    private static final long IDLE_NANOS = 1_000_000_000L;
    private static final long CLOSE_SECONDS = 5;

    private final Ownership ownership;
    private final List<String> report;
    private final Map<ProjectId, Project> projects = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    /** Guarded by {@link #changing}: projects of which the rows may say something else than memory. */
    private final Set<ProjectId> inDoubt = new HashSet<>();

    private final Watch watch = new Watch("switchboard-postgresql-projects");
    private final CountDownLatch closing = new CountDownLatch(1);
    private long lastUse = System.nanoTime();
    private String complaint = "";
    private volatile boolean closed;

    private PostgresqlProjectRegistry(Ownership ownership, List<Project> loaded, List<String> report) {
        this.ownership = ownership;
        this.report = List.copyOf(report);
        loaded.forEach(project -> projects.put(project.id(), project));
        watch.every(LOOK_MILLIS, LOOK_MILLIS, this::look);
    }

    /**
     * Takes ownership and reads everything.
     *
     * @throws SQLException if that cannot be done
     */
    static PostgresqlProjectRegistry open(Ownership ownership) throws SQLException {
        List<String> report = new ArrayList<>();
        ownership.take();
        boolean done = false;
        try {
            List<Project> loaded = new ProjectRows(ownership.connection()).load(report);
            ownership.connection().commit();
            done = true;
            report.forEach(LOG::warn);
            LOG.info("Project store opened with {} projects, {} findings", loaded.size(), report.size());
            return new PostgresqlProjectRegistry(ownership, loaded, report);
        } finally {
            if (!done) {
                ownership.close();
            }
        }
    }

    @Override
    public void create(Project project) {
        change(project.id(), "the project could not be created", connection -> {
            if (projects.containsKey(project.id())) {
                throw taken(project.id(), null);
            }
            new ProjectRows(connection).insert(project);
            return () -> projects.put(project.id(), project);
        });
    }

    private static IllegalArgumentException taken(ProjectId id, SQLException cause) {
        return new IllegalArgumentException("there is a project " + id + " already", cause);
    }

    @Override
    public Optional<Project> find(ProjectId id) {
        checkOpen();
        return Optional.ofNullable(projects.get(id));
    }

    @Override
    public List<Project> list() {
        checkOpen();
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
        changing.lock();
        boolean settled = false;
        try {
            checkOpen();
            Connection connection = ownership.connection();
            lastUse = System.nanoTime();
            Runnable committed = change.in(connection);
            connection.commit();
            committed.run();
            settled = true;
        } catch (SQLException e) {
            settled = !SqlErrors.endsConnection(e) && undo();
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw taken(id, e); // one whose row could not be understood has its id too
            }
            LOG.error("Project {}: {}", id, failed, e);
            throw SqlErrors.of(e, SERVICE, failed);
        } catch (RuntimeException e) {
            settled = !ownership.isHeld() || undo();
            throw e;
        } finally {
            if (!settled && ownership.isHeld()) {
                inDoubt.add(id);
                lose();
            }
            changing.unlock();
        }
    }

    private boolean undo() {
        try {
            ownership.connection().rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void lose() {
        ownership.lose();
        LOG.warn("The connection that owns the projects is lost; it is made again as soon as that can be done");
    }

    /** Sees to it that the connection is there: asks whether it still is, or makes another. */
    private void look() {
        if (!changing.tryLock()) {
            return; // somebody changes something, and will see
        }
        try {
            if (closed) {
                return;
            }
            if (ownership.isHeld() && System.nanoTime() - lastUse > IDLE_NANOS) {
                lastUse = System.nanoTime();
                if (!ownership.isAlive()) {
                    lose();
                }
            }
            if (!ownership.isHeld()) {
                retake();
            }
        } finally {
            changing.unlock();
        }
    }

    private void retake() {
        boolean done = false;
        try {
            boolean mine = ownership.take();
            ProjectRows rows = new ProjectRows(ownership.connection());
            if (mine) {
                for (ProjectId id : inDoubt) {
                    rows.put(id, Optional.ofNullable(projects.get(id)));
                }
            } else {
                List<Project> loaded = rows.load(new ArrayList<>());
                projects.keySet().retainAll(loaded.stream().map(Project::id).toList());
                loaded.forEach(project -> projects.put(project.id(), project));
                LOG.warn("Another server had the projects meanwhile; they are as it left them");
            }
            ownership.connection().commit();
            inDoubt.clear();
            done = true;
            complaint = "";
            LOG.info("The connection that owns the projects is back");
        } catch (SQLException e) {
            String news = String.valueOf(e.getMessage());
            if (!news.equals(complaint)) {
                LOG.warn("The connection that owns the projects is not back yet: {}", SqlErrors.whyNotOpened(e), e);
            }
            complaint = news;
        } finally {
            if (!done) {
                ownership.lose();
            }
        }
    }

    /** Whether changes can be made now. */
    boolean isConnected() {
        return ownership.isHeld();
    }

    @Override
    public void close() {
        boolean taken = tryLock();
        if (!taken) {
            LOG.warn("A change waits for the database while the project store is closed; it is given up");
            ownership.abort();
            changing.lock();
        }
        try {
            if (!closed) {
                closed = true;
                ownership.close();
                closing.countDown();
            }
        } finally {
            changing.unlock();
        }
        watch.close();
    }

    private boolean tryLock() {
        try {
            return changing.tryLock(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until somebody has closed it; returns whether that happened in time. */
    boolean awaitClosed(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (closed) {
            throw SqlErrors.unavailable(SERVICE, "the project store is closed; try again when it is open", null);
        }
    }
}
