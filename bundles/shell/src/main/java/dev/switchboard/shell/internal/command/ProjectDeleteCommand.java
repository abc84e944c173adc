package dev.switchboard.shell.internal.command;

import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Deletes a project. */
@Service
@Command(
        scope = "switchboard",
        name = "project-delete",
        description = "Deletes a project with its history; its directory is not touched.")
public final class ProjectDeleteCommand extends ProjectCommand {
    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        Stages.await(call.services().projects().delete(id), Stages.SHORT, "deleting the project");
        if (json) {
            call.console().json(outcome(id, "deleted"));
        } else {
            call.console().line("Deleted project " + id);
        }
        return 0;
    }
}
