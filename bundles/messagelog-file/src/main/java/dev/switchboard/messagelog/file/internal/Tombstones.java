package dev.switchboard.messagelog.file.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where deleted logs go: one rename takes a log away as a whole, and what a crash leaves of it is deleted at the next
 * opening.
 */
final class Tombstones {
    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);
    private static final int ID_LENGTH = 36;
    private static final char SEPARATOR = '_';

    private final Path projects;
    private final Path directory;
    private final FileLayer files;
    /** Held by whoever deletes files: a cleanup may meet a delete that is under way. */
    private final ReentrantLock deleting = new ReentrantLock();

    Tombstones(Path projects, FileLayer files) {
        this.projects = projects;
        this.directory = projects.resolve(".deleted");
        this.files = files;
    }

    /** A new place for a log that is deleted. */
    Path next(ProjectId project) throws IOException {
        files.createDirectories(directory);
        return directory.resolve(project.toString() + SEPARATOR + UUID.randomUUID());
    }

    /** Makes the move of a log to {@code tombstone} durable and deletes it there. */
    void bury(ProjectId project, Path tombstone) throws IOException {
        files.forceDirectory(directory);
        files.forceDirectory(projects.resolve(project.toString()));
        delete(tombstone);
        deleteIfEmpty(project);
    }

    /** Finishes what was begun before a crash. What cannot be deleted, or is none of its business, keeps no log from opening. */
    void finish() {
        try {
            for (Path entry : entries()) {
                projectOf(entry)
                        .ifPresentOrElse(
                                project -> finish(project, entry),
                                () -> LOG.warn("{} is no deleted log; it is left alone", entry));
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("What is left of deleted projects' logs cannot be looked through", e);
        }
    }

    /**
     * Deletes those of which something could not be deleted before; what is none is left.
     *
     * @throws IOException if some still cannot be; the others are gone
     */
    CleanupReport clean(boolean dryRun) throws IOException {
        List<Item> removed = new ArrayList<>();
        List<Item> left = new ArrayList<>();
        List<Path> stuck = new ArrayList<>();
        for (Path entry : entries()) {
            Optional<ProjectId> project = projectOf(entry);
            if (project.isEmpty()) {
                left.add(new Item("unknown_among_deleted", entry.toString()));
                continue;
            }
            if (!dryRun) {
                finish(project.get(), entry);
            }
            if (dryRun || !Files.exists(entry)) {
                removed.add(new Item("deleted_log", entry.toString()));
            } else {
                stuck.add(entry);
            }
        }
        if (!stuck.isEmpty()) {
            throw new IOException("cannot be deleted: " + stuck);
        }
        return new CleanupReport(removed, left);
    }

    private List<Path> entries() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    private void finish(ProjectId project, Path tombstone) {
        LOG.info("Deleting what is left of a deleted project's log: {}", tombstone.getFileName());
        delete(tombstone);
        deleteIfEmpty(project);
    }

    private static Optional<ProjectId> projectOf(Path tombstone) {
        String name = tombstone.getFileName().toString();
        if (name.length() <= ID_LENGTH || name.charAt(ID_LENGTH) != SEPARATOR) {
            return Optional.empty();
        }
        try {
            return Optional.of(ProjectId.parse(name.substring(0, ID_LENGTH)));
        } catch (SwitchboardException e) {
            return Optional.empty();
        }
    }

    /** The project's own directory is shared with the project store: whoever comes last removes it. */
    private void deleteIfEmpty(ProjectId project) {
        try {
            files.delete(projects.resolve(project.toString()));
        } catch (DirectoryNotEmptyException e) {
            LOG.debug("The project store still has files of project {}", project);
        } catch (IOException e) {
            LOG.warn("The directory of project {} could not be removed: {}", project, e.toString());
        }
    }

    /** The log is gone for everybody already: that its files cannot be deleted now is tried again later. */
    private void delete(Path tombstone) {
        deleting.lock();
        try {
            if (Files.exists(tombstone)) {
                deleteTree(tombstone);
            }
        } finally {
            deleting.unlock();
        }
    }

    private void deleteTree(Path tombstone) {
        try (Stream<Path> tree = Files.walk(tombstone)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn(
                    "A deleted project's log could not be removed from the disk; tried again at the next cleanup, and at the next start",
                    e);
        }
    }
}
