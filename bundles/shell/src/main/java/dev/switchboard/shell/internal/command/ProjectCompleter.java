package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Ids and names of projects. */
@Service
public final class ProjectCompleter extends ServerCompleter {
    private static final int SHOWN = 80;

    @Override
    List<Candidate> candidates(Services services) {
        List<Candidate> candidates = new ArrayList<>();
        for (ProjectStatus status : services.projects().list()) {
            Project project = status.project();
            String path = Printable.line(project.path(), SHOWN);
            candidates.add(candidate(project.id().toString(), path));
            // A name with anything else in it would have to be quoted.
            project.name()
                    .filter(name -> name.matches("[\\w.-]+"))
                    .ifPresent(name -> candidates.add(candidate(name, path)));
        }
        return candidates;
    }
}
