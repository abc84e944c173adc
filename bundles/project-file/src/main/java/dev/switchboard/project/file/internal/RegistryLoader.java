package dev.switchboard.project.file.internal;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads every project at opening: one that is damaged is recovered from its last good copy or put into quarantine. */
final class RegistryLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryLoader.class);

    private final ProjectFiles projects;
    private final Quarantine quarantine;
    private final List<String> report = new ArrayList<>();

    RegistryLoader(ProjectFiles projects, Quarantine quarantine) {
        this.projects = projects;
        this.quarantine = quarantine;
    }

    /**
     * @throws IOException if the directory of the projects cannot be read; what is wrong with a single project ends up
     *         in the report
     */
    List<Project> load() throws IOException {
        List<Project> loaded = new ArrayList<>();
        for (ProjectId id : projects.ids()) {
            load(id).ifPresent(loaded::add);
        }
        return loaded;
    }

    /** What was found and done, one line for people each. */
    List<String> report() {
        return List.copyOf(report);
    }

    private Optional<Project> load(ProjectId id) {
        for (Path inTheWay : projects.sweep(id)) {
            isolate(
                    id,
                    inTheWay.getFileName().toString(),
                    new Attempt(Optional.empty(), "it is in the way", false, false));
        }
        Attempt metadata = attempt(id, ProjectFiles.METADATA);
        if (metadata.project().isPresent()) {
            return checkCopy(metadata.project().get());
        }
        if (metadata.newer()) {
            tell("Project " + id + " is left alone: " + metadata.problem() + ". Start a version that knows it.");
            return Optional.empty();
        }
        Attempt copy = attempt(id, ProjectFiles.COPY);
        if (copy.project().isPresent()) {
            return recover(copy.project().get(), metadata);
        }
        if (metadata.missing() && copy.missing()) {
            LOG.info("projects/{} has no {}; it is left alone", id, ProjectFiles.METADATA);
            return Optional.empty();
        }
        isolate(id, ProjectFiles.METADATA, metadata);
        isolate(id, ProjectFiles.COPY, copy);
        tell("Project " + id + " is not available: its metadata and the last good copy are damaged ("
                + metadata.problem() + "); what there was of them is in quarantine");
        return Optional.empty();
    }

    private Optional<Project> checkCopy(Project project) {
        Attempt copy = attempt(project.id(), ProjectFiles.COPY);
        if (!copy.project().equals(Optional.of(project)) && !copy.newer()) {
            projects.copy(project); // a crash came between the change and its copy, or the copy was damaged
        }
        return Optional.of(project);
    }

    private Optional<Project> recover(Project project, Attempt metadata) {
        isolate(project.id(), ProjectFiles.METADATA, metadata);
        try {
            projects.restore(project);
        } catch (IOException e) {
            LOG.warn("Project {} goes on from its copy, which could not be written back", project.id(), e);
        }
        tell("Project " + project.id() + " was recovered from its last good copy: " + metadata.problem());
        return Optional.of(project);
    }

    private void isolate(ProjectId id, String name, Attempt attempt) {
        if (attempt.missing()) {
            return;
        }
        try {
            quarantine.take(id, projects.directory(id).resolve(name), attempt.problem());
        } catch (IOException e) {
            LOG.warn("{} of project {} could not be moved into quarantine", name, id, e);
        }
    }

    private void tell(String line) {
        report.add(line);
        LOG.warn(line);
    }

    private Attempt attempt(ProjectId id, String name) {
        if (!projects.exists(id, name)) {
            return new Attempt(Optional.empty(), name + " is missing", true, false);
        }
        try {
            return new Attempt(Optional.of(projects.read(id, name)), "", false, false);
        } catch (MetadataException e) {
            return new Attempt(Optional.empty(), name + " is not usable, " + e.getMessage(), false, e.isNewer());
        } catch (IOException e) {
            return new Attempt(Optional.empty(), name + " cannot be read", false, false);
        }
    }

    /** What came of reading one file. */
    private record Attempt(Optional<Project> project, String problem, boolean missing, boolean newer) {}
}
