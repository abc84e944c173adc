package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.Execution;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Ends a run. */
@Service
@Command(
        scope = "switchboard",
        name = "kill",
        description = "Ends a project's run and everything it started; returns when nothing of it is left.")
public final class KillCommand extends ProjectCommand {
    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        Execution run = Stages.await(call.services().executions().kill(id, call.user()), Stages.LONG, "the kill");
        if (json) {
            call.console().json(outcome(run, "killed"));
        } else {
            call.console().line("Killed run " + run.id());
        }
        return 0;
    }
}
