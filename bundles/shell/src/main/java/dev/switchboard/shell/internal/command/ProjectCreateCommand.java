package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Stages;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Creates a project. */
@Service
@Command(scope = "switchboard", name = "project-create", description = "Creates a project for a directory.")
public final class ProjectCreateCommand extends ServerCommand {
    @Argument(index = 0, name = "path", required = true, description = "The directory, by its absolute path")
    String path;

    @Option(name = "--name", description = "What people call the project")
    String name;

    @Option(name = "--executor", description = "Who runs its agents; executor-list shows whom there is")
    @Completion(ExecutorCompleter.class)
    String executor;

    @Option(name = "--json", description = "The project as one JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectStatus created = Stages.await(
                call.services().projects().create(path, Optional.ofNullable(name), Optional.ofNullable(executor)),
                Stages.SHORT,
                "creating the project");
        if (json) {
            call.console().json(Payloads.projectState(created));
        } else {
            call.console().line("Created project " + created.project().id());
        }
        return 0;
    }
}
