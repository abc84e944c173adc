package dev.switchboard.project.file.internal;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry with one small JSON file per project. All projects are in memory too, which is where they are read from;
 * a change is in memory only after it is on the disk.
 */
final class FileProjectRegistry implements ProjectRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(FileProjectRegistry.class);
    private static final Comparator<Project> OLDEST_FIRST = Comparator.comparing(Project::createdAt)
            .thenComparing(project -> project.id().toString());
    /** Changes of different projects need not wait for each other's disk writes, save for those that share a lock. */
    private static final int LOCKS = 16;

    private final Path directory;
    private final ProjectFiles files;
    private final Closeable storeLock;
    private final List<String> report;
    private final Map<ProjectId, Project> projects = new ConcurrentHashMap<>();
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closed;

    /**
     * @param directory where the projects lie
     * @param storeLock released by {@link #close()}
     */
    FileProjectRegistry(
            Path directory, ProjectFiles files, List<Project> loaded, List<String> report, Closeable storeLock) {
        this.directory = directory;
        this.files = files;
        this.report = List.copyOf(report);
        this.storeLock = storeLock;
        loaded.forEach(project -> projects.put(project.id(), project));
    }

    @Override
    public void create(Project project) {
        change(project.id(), "the project could not be created", () -> {
            // A project that could not be loaded is not in memory, but its place is taken.
            if (projects.containsKey(project.id()) || files.exists(project.id(), ProjectFiles.METADATA)) {
                throw new IllegalArgumentException("there is a project " + project.id() + " already");
            }
            files.create(project);
            projects.put(project.id(), project);
            return null;
        });
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
        return change(id, "the project could not be changed", () -> {
            Project before = projects.get(id);
            if (before == null) {
                return Optional.empty();
            }
            Project after = Objects.requireNonNull(change.apply(before), "the changed project");
            if (!after.id().equals(id)) {
                throw new IllegalArgumentException("a change must keep the id " + id + ", not make it " + after.id());
            }
            if (!after.equals(before)) {
                files.update(before, after);
                projects.put(id, after);
            }
            return Optional.of(after);
        });
    }

    @Override
    public boolean remove(ProjectId id) {
        return change(id, "the project could not be removed", () -> {
            Project project = projects.get(id);
            if (project == null) {
                return false;
            }
            files.remove(project);
            projects.remove(id);
            return true;
        });
    }

    @Override
    public List<String> openReport() {
        return report;
    }

    @Override
    public void close() {
        locks.forEach(ReentrantLock::lock);
        try {
            if (!closed) {
                closed = true;
                storeLock.close();
                closing.countDown();
            }
        } catch (IOException e) {
            LOG.warn("The lock of the project store could not be released", e);
        } finally {
            locks.forEach(ReentrantLock::unlock);
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

    private <T> T change(ProjectId id, String failed, Change<T> change) {
        ReentrantLock lock = locks.get(Math.floorMod(id.hashCode(), LOCKS));
        lock.lock();
        try {
            checkOpen();
            return change.run();
        } catch (IOException e) {
            LOG.error("Project {}: {}", id, failed, e);
            throw StorageErrors.of(e, failed, directory);
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw StorageErrors.unavailable("the project store is closed; try again when it is open", null);
        }
    }

    @FunctionalInterface
    private interface Change<T> {
        T run() throws IOException;
    }
}
