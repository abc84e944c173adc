package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Stages;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Changes how a project is called and who runs its agents. */
@Service
@Command(
        scope = "switchboard",
        name = "project-configure",
        description =
                "Changes a project's name, its executor, or both; a run that is active goes on with the one it has.")
public final class ProjectConfigureCommand extends ProjectCommand {
    @Option(name = "--name", description = "What people call the project; '' takes the name away")
    String name;

    @Option(name = "--executor", description = "Who runs its agents; need not be installed yet")
    @Completion(ExecutorCompleter.class)
    String executor;

    @Option(name = "--json", description = "The project as one JSON document")
    boolean json;

    @Override
    int run(Call call) {
        if (name == null && executor == null) {
            throw invalid("name", "nothing to change was given; expected --name, --executor, or both");
        }
        ProjectStatus changed = Stages.await(
                call.services()
                        .projects()
                        .configure(
                                project(call).project().id(), Optional.ofNullable(name), Optional.ofNullable(executor)),
                Stages.SHORT,
                "the change");
        if (json) {
            call.console().json(Payloads.projectState(changed));
        } else {
            call.console()
                    .line("Configured project " + changed.project().id() + ": name "
                            + changed.project()
                                    .name()
                                    .map(text -> "\"" + text + "\"")
                                    .orElse("none") + ", executor "
                            + changed.project().executor());
        }
        return 0;
    }
}
