package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the agents' open questions. */
@Service
@Command(
        scope = "switchboard",
        name = "permission-list",
        description =
                "Lists the questions of all agents that wait for an answer, project by project, the oldest first.")
public final class PermissionListCommand extends ServerCommand {
    private static final int INPUT = 80;

    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        List<ProjectStatus> asking = call.services().projects().list().stream()
                .filter(status -> !status.pendingPermissions().isEmpty())
                .toList();
        if (json) {
            call.console().json(document(asking));
        } else {
            call.console().table(table(asking));
        }
        return 0;
    }

    private static ObjectNode document(List<ProjectStatus> asking) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("permissions");
        for (ProjectStatus status : asking) {
            for (PermissionRequest request : status.pendingPermissions()) {
                ObjectNode item = Json.object();
                item.put("project_id", status.project().id().toString());
                list.add(item.setAll(Payloads.permissionRequest(request)));
            }
        }
        return document.put("total", list.size());
    }

    private static ShellTable table(List<ProjectStatus> asking) {
        ShellTable table = new ShellTable().emptyTableText("No agent asks anything.");
        List.of("Request", "Project", "Tool", "Expires", "Wants").forEach(table::column);
        for (ProjectStatus status : asking) {
            for (PermissionRequest request : status.pendingPermissions()) {
                table.addRow()
                        .addContent(
                                Printable.line(request.permissionId(), 100),
                                Printable.line(
                                        status.project()
                                                .name()
                                                .orElse(status.project().path()),
                                        40),
                                Printable.line(request.toolName(), 40),
                                request.expiresAt().map(Times::show).orElse("-"),
                                Printable.line(
                                        request.description()
                                                .orElseGet(() -> request.input().toText()),
                                        INPUT));
            }
        }
        return table;
    }
}
