package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.StoreEntry;
import dev.switchboard.shell.internal.StoreEntry.Provider;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the stores. */
@Service
@Command(
        scope = "switchboard",
        name = "store-list",
        description = "Lists the installed stores of projects and messages, and which one is in use.")
public final class StoreListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        String used = call.services().configuration().settings().get(ServerSettings.STORE);
        List<StoreEntry> stores = call.services().stores();
        if (json) {
            call.console().json(document(stores, used));
        } else {
            call.console().table(table(stores, used));
        }
        return 0;
    }

    private static ObjectNode document(List<StoreEntry> stores, String used) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("stores");
        for (StoreEntry store : stores) {
            ObjectNode item = list.addObject();
            item.put("name", store.name());
            item.put("usable", store.isWhole());
            item.put("used", store.name().equals(used));
            store.projects().ifPresent(provider -> item.set("projects", document(provider)));
            store.messages().ifPresent(provider -> item.set("messages", document(provider)));
        }
        return document.put("total", stores.size()).put("used", used);
    }

    private static ObjectNode document(Provider provider) {
        return Json.object().put("bundle", provider.bundle()).put("ranking", provider.ranking());
    }

    private static ShellTable table(List<StoreEntry> stores, String used) {
        ShellTable table = new ShellTable().emptyTableText("There are no stores: nothing can be kept.");
        List.of("Name", "State", "Projects", "Messages").forEach(table::column);
        for (StoreEntry store : stores) {
            table.addRow()
                    .addContent(
                            Printable.line(store.name(), 40),
                            state(store, used),
                            bundle(store.projects()),
                            bundle(store.messages()));
        }
        return table;
    }

    private static String state(StoreEntry store, String used) {
        String state = store.isWhole() ? "usable" : "not usable, half of it is missing";
        return store.name().equals(used) ? state + ", in use" : state;
    }

    private static String bundle(Optional<Provider> provider) {
        return provider.map(Provider::bundle).orElse("-");
    }
}
