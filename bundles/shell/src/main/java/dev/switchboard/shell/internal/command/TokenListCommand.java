package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the tokens. */
@Service
@Command(
        scope = "switchboard",
        name = "token-list",
        description = "Lists the tokens that are good, the oldest first, without what is secret about them.")
public final class TokenListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        List<TokenInfo> tokens = call.services().tokens().list();
        if (json) {
            call.console().json(document(tokens));
        } else {
            call.console().table(table(tokens));
        }
        return 0;
    }

    private static ObjectNode document(List<TokenInfo> tokens) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("tokens");
        tokens.forEach(token -> list.add(TokenText.json(token)));
        return document.put("total", tokens.size());
    }

    private static ShellTable table(List<TokenInfo> tokens) {
        ShellTable table = new ShellTable().emptyTableText("There are no tokens.");
        List.of("Name", "Id", "Role", "Projects", "Created", "Expires").forEach(table::column);
        for (TokenInfo token : tokens) {
            table.addRow()
                    .addContent(
                            Printable.line(token.name(), 64),
                            token.id(),
                            token.role().wireName(),
                            TokenText.projects(token),
                            Times.show(token.createdAt()),
                            TokenText.expiry(token));
        }
        return table;
    }
}
