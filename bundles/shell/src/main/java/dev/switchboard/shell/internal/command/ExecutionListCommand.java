package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.RunBeginning;
import dev.switchboard.shell.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the runs that are active. */
@Service
@Command(
        scope = "switchboard",
        name = "execution-list",
        description = "Lists the runs that are active just now, over all projects, and how many wait behind each.")
public final class ExecutionListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    private record Active(ProjectStatus status, String run, RunBeginning beginning) {}

    @Override
    int run(Call call) {
        List<Active> active = call.services().projects().list().stream()
                .flatMap(status -> status
                        .execution()
                        .map(run -> new Active(
                                status,
                                run.toString(),
                                RunBeginning.of(call.services().projects(), status, run)))
                        .stream())
                .toList();
        if (json) {
            call.console().json(document(active));
        } else {
            call.console().table(table(active));
        }
        return 0;
    }

    private static ObjectNode document(List<Active> active) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("executions");
        for (Active run : active) {
            ObjectNode item = list.addObject();
            item.put("execution_id", run.run());
            item.put("project_id", run.status().project().id().toString());
            item.put("executor", run.status().project().executor());
            run.beginning().at().ifPresent(at -> item.put("started_at", Timestamps.format(at)));
            item.put("origin", run.beginning().by().isPresent() ? "client" : "agent");
            run.beginning().by().ifPresent(by -> item.put("by", by));
            item.put("questions", run.status().pendingPermissions().size());
            item.put("queued", run.status().queue().size());
        }
        return document.put("total", active.size());
    }

    private static ShellTable table(List<Active> active) {
        ShellTable table = new ShellTable().emptyTableText("No run is active.");
        List.of("Run", "Project", "Executor", "Started", "Age", "By", "Questions", "Queued")
                .forEach(table::column);
        Instant now = Instant.now();
        for (Active run : active) {
            Optional<Instant> at = run.beginning().at();
            table.addRow()
                    .addContent(
                            run.run(),
                            Printable.line(
                                    run.status()
                                            .project()
                                            .name()
                                            .orElse(run.status().project().path()),
                                    40),
                            run.status().project().executor(),
                            at.map(Times::show).orElse("-"),
                            at.map(begin -> Times.span(Duration.between(begin, now)))
                                    .orElse("-"),
                            Printable.line(run.beginning().by().orElse("(the agent)"), 40),
                            run.status().pendingPermissions().size(),
                            run.status().queue().size());
        }
        return table;
    }
}
