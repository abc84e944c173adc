package dev.switchboard.project.file.internal;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of all projects: {@code projects/<id>/metadata.json} and, beside it, its last good copy. The directory of
 * a project is shared with its message log; nothing but these two names is touched in it.
 *
 * <p>The rename of the metadata file is the moment at which a change happens: a crash before it leaves the old state,
 * after it the new one.
 */
final class ProjectFiles {
    static final String METADATA = "metadata.json";
    static final String COPY = "metadata.json.bak";
    private static final String TEMPORARY = ".tmp";

    /**
     * A project has some hundred bytes, a few thousand with the longest path and error, and some million while prompts wait in
     * its queue; more is neither written nor read into memory.
     */
    static final long MOST_BYTES = 32 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ProjectFiles.class);

    private final Path projects;
    private final FileLayer files;
    private final MetadataCodec codec = new MetadataCodec();

    ProjectFiles(Path projects, FileLayer files) {
        this.projects = projects;
        this.files = files;
    }

    Path directory(ProjectId id) {
        return projects.resolve(id.toString());
    }

    /** The ids of all directories that could hold a project, in no order. */
    List<ProjectId> ids() throws IOException {
        List<ProjectId> ids = new ArrayList<>();
        try (Stream<Path> entries = Files.list(projects)) {
            entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .forEach(name -> {
                        try {
                            ProjectId id = ProjectId.parse(name);
                            if (id.toString().equals(name)) {
                                ids.add(id);
                            }
                        } catch (RuntimeException e) {
                            LOG.debug("{} is not a project's directory", name);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return ids;
    }

    boolean exists(ProjectId id, String name) {
        return Files.exists(directory(id).resolve(name));
    }

    /** Reads {@link #METADATA} or {@link #COPY}. */
    Project read(ProjectId id, String name) throws IOException {
        Path file = directory(id).resolve(name);
        if (Files.size(file) > MOST_BYTES) {
            throw MetadataException.damaged("it is larger than " + MOST_BYTES + " bytes", null);
        }
        return codec.decode(Files.readAllBytes(file), id);
    }

    void create(Project project) throws IOException {
        Path directory = directory(project.id());
        try {
            files.createDirectories(directory);
            files.forceDirectory(projects);
            replace(directory, METADATA, encoded(project));
            files.forceDirectory(directory);
        } catch (IOException e) {
            attempt(() -> files.delete(directory.resolve(METADATA)));
            attempt(() -> files.delete(directory.resolve(METADATA + TEMPORARY)));
            attempt(() -> files.deleteIfEmpty(directory));
            throw e;
        }
        copy(project);
    }

    void update(Project before, Project after) throws IOException {
        Path directory = directory(after.id());
        replace(directory, METADATA, encoded(after));
        try {
            files.forceDirectory(directory);
        } catch (IOException e) {
            // The new state is there, but might not last: the caller will be told that nothing changed.
            attempt(() -> replace(directory, METADATA, codec.encode(before)));
            throw e;
        }
        copy(after);
    }

    /** Deletes the copy first: the other way round a crash in between would bring the project back from it. */
    void remove(Project project) throws IOException {
        Path directory = directory(project.id());
        try {
            files.delete(directory.resolve(COPY));
            files.delete(directory.resolve(METADATA));
            files.forceDirectory(directory);
        } catch (IOException e) {
            attempt(() -> replace(directory, METADATA, codec.encode(project)));
            copy(project);
            throw e;
        }
        attempt(() -> files.deleteIfEmpty(directory));
        attempt(() -> files.forceDirectory(projects));
    }

    /** Writes what was read from one of the two files to both. */
    void restore(Project project) throws IOException {
        Path directory = directory(project.id());
        replace(directory, METADATA, codec.encode(project));
        files.forceDirectory(directory);
        copy(project);
    }

    /** Brings the copy up to date. Without it the project is only less safe, so a failure is not the caller's. */
    void copy(Project project) {
        Path directory = directory(project.id());
        attempt(() -> replace(directory, COPY, codec.encode(project)));
    }

    /** Removes what a crash in the middle of a write left behind; returns what is in the way and could not be removed. */
    List<Path> sweep(ProjectId id) {
        List<Path> left = new ArrayList<>();
        for (String name : List.of(METADATA + TEMPORARY, COPY + TEMPORARY)) {
            Path temporary = directory(id).resolve(name);
            attempt(() -> files.delete(temporary));
            if (Files.exists(temporary)) {
                left.add(temporary);
            }
        }
        return left;
    }

    /** The project's text; nothing that could not be read again is written. */
    private byte[] encoded(Project project) throws IOException {
        byte[] bytes = codec.encode(project);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("the project's metadata would be larger than " + MOST_BYTES + " bytes");
        }
        return bytes;
    }

    private void replace(Path directory, String name, byte[] bytes) throws IOException {
        Path temporary = directory.resolve(name + TEMPORARY);
        try {
            files.write(temporary, bytes);
            files.rename(temporary, directory.resolve(name));
        } catch (IOException e) {
            attempt(() -> files.delete(temporary));
            throw e;
        }
    }

    private static void attempt(FileAction action) {
        try {
            action.run();
        } catch (IOException e) {
            LOG.warn("A file of the project store could not be brought up to date: {}", e.toString());
        }
    }

    @FunctionalInterface
    private interface FileAction {
        void run() throws IOException;
    }
}
