package dev.switchboard.shell.internal.command;

import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.protocol.Json;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Closes a client's connection. */
@Service
@Command(
        scope = "switchboard",
        name = "connection-close",
        description = "Closes a client's connection with code 1008; it may connect again as long as its token is good.")
public final class ConnectionCloseCommand extends ServerCommand {
    @Argument(
            index = 0,
            name = "connection",
            required = true,
            description = "The connection's id, as connection-list shows it")
    @Completion(ConnectionCompleter.class)
    String connection;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        if (!call.services().connections().close(connection)) {
            throw invalid(
                    "connection", "there is no such connection; expected the id of one, as connection-list shows");
        }
        if (json) {
            call.console()
                    .json(Json.object()
                            .put("id", connection)
                            .put("status", "closed")
                            .put("code", ConnectionRegistry.CLOSED_BY_OPERATOR));
        } else {
            call.console()
                    .line("Closed connection " + connection + " with code " + ConnectionRegistry.CLOSED_BY_OPERATOR);
        }
        return 0;
    }
}
