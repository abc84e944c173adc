package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the runs that wait in a project's queue. */
@Service
@Command(
        scope = "switchboard",
        name = "queue-list",
        description = "Lists the runs that wait for a project's agent, the next one first.")
public final class QueueListCommand extends ProjectCommand {
    private static final int PROMPT = 60;

    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        List<QueuedExecution> queue = call.services().projects().status(id).queue();
        if (json) {
            ObjectNode document = Payloads.queueUpdate(queue);
            document.put("project_id", id.toString());
            call.console().json(document);
        } else {
            call.console().table(table(queue));
        }
        return 0;
    }

    private static ShellTable table(List<QueuedExecution> queue) {
        ShellTable table = new ShellTable().emptyTableText("No run waits.");
        List.of("Run", "Queued", "By", "Prompt").forEach(table::column);
        for (QueuedExecution run : queue) {
            table.addRow()
                    .addContent(
                            run.id().toString(),
                            Times.show(run.queuedAt()),
                            Printable.line(run.by(), 64),
                            Printable.line(run.prompt(), PROMPT));
        }
        return table;
    }
}
