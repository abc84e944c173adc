package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.Execution;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Stops an agent's turn. */
@Service
@Command(
        scope = "switchboard",
        name = "interrupt",
        description = "Stops the turn of a project's agent, whose session lives on; one that does not obey is killed.")
public final class InterruptCommand extends ProjectCommand {
    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        Execution run =
                Stages.await(call.services().executions().interrupt(id, call.user()), Stages.LONG, "the interrupt");
        if (json) {
            call.console().json(outcome(run, "interrupted"));
        } else {
            call.console().line("Interrupted run " + run.id());
        }
        return 0;
    }
}
