package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Stages;
import java.time.Duration;
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
                "Changes a project's name, executor or timeout; a run that is active goes on with what it began with.")
public final class ProjectConfigureCommand extends ProjectCommand {
    @Option(name = "--name", description = "What people call the project; '' takes the name away")
    String name;

    @Option(name = "--executor", description = "Who runs its agents; need not be installed yet")
    @Completion(ExecutorCompleter.class)
    String executor;

    @Option(
            name = "--timeout-ms",
            description =
                    "How long a run may take that does not say it itself, to 604800000 (7 days); 0 is without end, -1 as the"
                            + " server has it configured")
    Long timeout;

    @Option(name = "--json", description = "The project as one JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectChange change = new ProjectChange(
                Optional.ofNullable(name),
                Optional.ofNullable(executor),
                Optional.ofNullable(timeout).map(Duration::ofMillis));
        if (change.isEmpty()) {
            throw invalid("name", "nothing to change was given; expected --name, --executor or --timeout-ms");
        }
        ProjectStatus changed = Stages.await(
                call.services().projects().configure(project(call).project().id(), change), Stages.SHORT, "the change");
        if (json) {
            call.console().json(Payloads.projectState(changed));
        } else {
            call.console()
                    .line("Configured project " + changed.project().id() + ": name "
                            + changed.project()
                                    .name()
                                    .map(text -> "\"" + text + "\"")
                                    .orElse("none") + ", executor "
                            + changed.project().executor() + ", timeout "
                            + changed.project()
                                    .timeout()
                                    .map(ProjectConfigureCommand::text)
                                    .orElse("the server's"));
        }
        return 0;
    }

    static String text(Duration timeout) {
        return timeout.isZero() ? "none" : timeout.toMillis() + " ms";
    }
}
