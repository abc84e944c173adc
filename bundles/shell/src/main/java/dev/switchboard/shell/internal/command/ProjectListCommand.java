package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the projects. */
@Service
@Command(scope = "switchboard", name = "project-list", description = "Lists the projects, the oldest first.")
public final class ProjectListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        List<ProjectStatus> projects = call.services().projects().list();
        if (json) {
            call.console().json(document(projects));
        } else {
            call.console().table(table(projects));
        }
        return 0;
    }

    private static ObjectNode document(List<ProjectStatus> projects) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("projects");
        projects.forEach(status -> list.add(Payloads.projectState(status)));
        return document.put("total", projects.size());
    }

    private static ShellTable table(List<ProjectStatus> projects) {
        ShellTable table = new ShellTable().emptyTableText("There are no projects.");
        List.of("Id", "Name", "State", "Executor", "Last active", "Path").forEach(table::column);
        for (ProjectStatus status : projects) {
            Project project = status.project();
            table.addRow()
                    .addContent(
                            project.id(),
                            Printable.line(project.name().orElse(""), 40),
                            status.state(),
                            project.executor(),
                            Times.show(project.lastActive()),
                            Printable.lines(project.path()));
        }
        return table;
    }
}
