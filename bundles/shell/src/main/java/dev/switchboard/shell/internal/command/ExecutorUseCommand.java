package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectChange;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Chooses who runs the agents of a project. */
@Service
@Command(
        scope = "switchboard",
        name = "executor-use",
        description = "Has an installed executor run a project's agents from the next run on.")
public final class ExecutorUseCommand extends ProjectCommand {
    @Argument(index = 1, name = "executor", required = true, description = "The executor, as executor-list shows it")
    @Completion(ExecutorCompleter.class)
    String executor;

    @Override
    int run(Call call) {
        ExecutorEntry entry = ExecutorInfoCommand.find(call.services().executors(), executor);
        String before = project(call).project().executor();
        Stages.await(
                call.services().projects().configure(project(call).project().id(), ProjectChange.ofExecutor(executor)),
                Stages.SHORT,
                "the change");
        call.console().line("Executor is now " + entry.name() + " (was " + before + ")");
        entry.capabilities()
                .unavailable()
                .ifPresent(why ->
                        call.console().line("(it cannot run agents just now: " + Printable.line(why, 200) + ")"));
        return 0;
    }
}
