package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists a project's sessions. */
@Service
@Command(
        scope = "switchboard",
        name = "session-list",
        description = "Lists the sessions that a project's log knows, the last used first.")
public final class SessionListCommand extends ProjectCommand {
    private static final int PROMPT = 60;

    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        ProjectId id = project(call).project().id();
        List<AgentSession> sessions = call.services().projects().sessions(id);
        if (json) {
            call.console().json(document(id, sessions));
        } else {
            call.console().table(table(sessions));
        }
        return 0;
    }

    private static ObjectNode document(ProjectId project, List<AgentSession> sessions) {
        ObjectNode document = Json.object();
        document.put("project_id", project.toString());
        ArrayNode list = document.putArray("sessions");
        sessions.forEach(session -> list.add(Payloads.session(session)));
        return document;
    }

    private static ShellTable table(List<AgentSession> sessions) {
        ShellTable table = new ShellTable().emptyTableText("There are no sessions.");
        List.of("Id", "Last used", "Records", "Cost", "First prompt").forEach(table::column);
        for (AgentSession session : sessions) {
            table.addRow()
                    .addContent(
                            Printable.line(session.id(), 64),
                            Times.show(session.lastUsed()),
                            session.firstSeq() + " to " + session.lastSeq(),
                            session.costUsd()
                                    .map(cost -> "$" + cost.toPlainString())
                                    .orElse(""),
                            Printable.line(session.firstPrompt(), PROMPT));
        }
        return table;
    }
}
