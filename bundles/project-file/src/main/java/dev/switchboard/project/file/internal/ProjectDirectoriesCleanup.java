package dev.switchboard.project.file.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupTask;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Removes empty directories of projects, and tells of directories that no project has and of what is in quarantine: somebody may
 * want to read that, so it is never deleted.
 */
@Component
public final class ProjectDirectoriesCleanup implements CleanupTask {
    /** Longer than a project takes to be made or deleted. */
    private static final Duration SETTLED = Duration.ofHours(1);
    /** What came into quarantine lately, the log of that start has told. */
    private static final Duration FORGOTTEN = Duration.ofDays(7);

    private final Path data;
    private final ProjectFiles projects;

    @Activate
    public ProjectDirectoriesCleanup(@Reference Configuration configuration) {
        this(Path.of(configuration.settings().get(ServerSettings.DATA_DIR)));
    }

    ProjectDirectoriesCleanup(Path data) {
        this.data = data;
        projects = new ProjectFiles(data.resolve("projects"), new PrivateFiles());
    }

    @Override
    public String name() {
        return "project_directories";
    }

    @Override
    public CleanupReport run(Instant now, boolean dryRun) throws IOException {
        List<Item> removed = new ArrayList<>();
        List<Item> left = new ArrayList<>();
        if (Files.isDirectory(data.resolve("projects"))) {
            for (ProjectId id : projects.ids()) {
                Path directory = projects.directory(id);
                if (belongsToNobody(id) && hasRestedFor(SETTLED, directory, now)) {
                    if (isEmpty(directory)) {
                        remove(directory, dryRun);
                        removed.add(new Item("project_directory", directory.toString()));
                    } else {
                        left.add(new Item("project_without_metadata", directory.toString()));
                    }
                }
            }
        }
        for (Path cell : entries(data.resolve("quarantine"))) {
            if (hasRestedFor(FORGOTTEN, cell, now)) {
                left.add(new Item("quarantined", cell.toString()));
            }
        }
        return new CleanupReport(removed, left);
    }

    private boolean belongsToNobody(ProjectId id) {
        return !projects.exists(id, ProjectFiles.METADATA) && !projects.exists(id, ProjectFiles.COPY);
    }

    private static void remove(Path empty, boolean dryRun) throws IOException {
        if (!dryRun) {
            Files.deleteIfExists(empty); // which only an empty one can be
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        return entries(directory).isEmpty();
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static boolean hasRestedFor(Duration time, Path directory, Instant now) throws IOException {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(now.minus(time));
        } catch (NoSuchFileException e) {
            return false; // removed meanwhile
        }
    }
}
