package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Stages;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
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

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ExecutorEntry entry = ExecutorInfoCommand.find(call.services().executors(), executor);
        Project before = project(call).project();
        Stages.await(
                call.services().projects().configure(before.id(), ProjectChange.ofExecutor(executor)),
                Stages.SHORT,
                "the change");
        if (json) {
            call.console().json(document(before, entry));
        } else {
            show(before, entry, call.console());
        }
        return 0;
    }

    private static ObjectNode document(Project before, ExecutorEntry entry) {
        ObjectNode document = Json.object();
        document.put("project_id", before.id().toString());
        document.put("executor", entry.name());
        document.put("before", before.executor());
        document.put("available", entry.capabilities().unavailable().isEmpty());
        entry.capabilities().unavailable().ifPresent(why -> document.put("message", why));
        return document;
    }

    private static void show(Project before, ExecutorEntry entry, Console console) {
        console.line("Executor is now " + entry.name() + " (was " + before.executor() + ")");
        entry.capabilities()
                .unavailable()
                .ifPresent(why -> console.line("(it cannot run agents just now: " + Printable.line(why, 200) + ")"));
    }
}
