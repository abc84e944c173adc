package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.ConnectionStatus.Volume;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.security.Principal;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the connections of clients. */
@Service
@Command(
        scope = "switchboard",
        name = "connection-list",
        description =
                "Lists the connections of clients (WebSocket), the oldest first: who it is, from where, what it has joined, what went over it.")
public final class ConnectionListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        List<ConnectionStatus> connections = call.services().connections().list();
        if (json) {
            call.console().json(document(connections));
        } else {
            call.console().table(table(connections));
        }
        return 0;
    }

    private static ObjectNode document(List<ConnectionStatus> connections) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("connections");
        for (ConnectionStatus connection : connections) {
            ObjectNode item = list.addObject();
            item.put("id", connection.id());
            connection.principal().ifPresent(who -> {
                item.put("name", who.name());
                item.put("token_id", who.id());
                item.put("role", who.role().wireName());
            });
            item.put("address", connection.remoteAddress());
            item.put("since", Timestamps.format(connection.since()));
            ArrayNode projects = item.putArray("projects");
            connection.joined().stream().map(Object::toString).sorted().forEach(projects::add);
            item.set("received", volume(connection.received()));
            item.set("sent", volume(connection.sent()));
            item.put("queued_bytes", connection.queuedBytes());
        }
        return document.put("total", connections.size());
    }

    private static ObjectNode volume(Volume volume) {
        return Json.object().put("messages", volume.messages()).put("bytes", volume.bytes());
    }

    private static ShellTable table(List<ConnectionStatus> connections) {
        ShellTable table = new ShellTable().emptyTableText("Nobody is connected.");
        List.of("Id", "Name", "Role", "Address", "Since", "Projects", "In", "Out", "Queued")
                .forEach(table::column);
        for (ConnectionStatus connection : connections) {
            table.addRow()
                    .addContent(
                            connection.id(),
                            Printable.line(
                                    connection.principal().map(Principal::name).orElse("-"), 40),
                            connection
                                    .principal()
                                    .map(who -> who.role().wireName())
                                    .orElse("-"),
                            connection.remoteAddress(),
                            Times.show(connection.since()),
                            connection.joined().size(),
                            shown(connection.received()),
                            shown(connection.sent()),
                            connection.queuedBytes());
        }
        return table;
    }

    private static String shown(Volume volume) {
        return volume.messages() + " (" + volume.bytes() + " bytes)";
    }
}
