package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Takes a run out of a project's queue. */
@Service
@Command(
        scope = "switchboard",
        name = "queue-cancel",
        description = "Takes a run out of the queue of a project; one that has begun is for kill and interrupt.")
public final class QueueCancelCommand extends ProjectCommand {
    @Argument(index = 1, name = "run", required = true, description = "The run's id, as queue-list shows it")
    @Completion(QueuedRunCompleter.class)
    String run;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        Execution cancelled = Stages.await(
                call.services().executions().cancelQueued(id, ExecutionId.parse(run), call.user()),
                Stages.SHORT,
                "taking the run out of the queue");
        if (json) {
            call.console().json(outcome(cancelled, "cancelled"));
        } else {
            call.console().line("Took run " + cancelled.id() + " out of the queue");
        }
        return 0;
    }
}
