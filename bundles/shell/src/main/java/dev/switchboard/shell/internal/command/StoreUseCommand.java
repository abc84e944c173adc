package dev.switchboard.shell.internal.command;

import dev.switchboard.config.ConfigurationEditor.Change;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.StoreEntry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Changes the store. */
@Service
@Command(
        scope = "switchboard",
        name = "store-use",
        description =
                "Has the server keep projects and messages in another store, for good. What the old one has stays there.")
public final class StoreUseCommand extends ServerCommand {
    @Argument(index = 0, name = "store", required = true, description = "The store, as store-list shows it")
    @Completion(StoreCompleter.class)
    String store;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        requireUsable(call.services().stores());
        String used = call.services().configuration().settings().get(ServerSettings.STORE);
        if (used.equals(store)) {
            tellThatNothingChanged(call);
            return 0;
        }
        ConfigurationText.tell(call.services().editor().set(ServerSettings.STORE.key(), store), json, call.console());
        if (!json) {
            call.console()
                    .line("(projects and messages of the store \"" + used
                            + "\" stay there; health tells when this one is open)");
        }
        return 0;
    }

    private void tellThatNothingChanged(Call call) {
        if (json) {
            ConfigurationEntry entry = call.services().editor().entry(ServerSettings.STORE.key());
            call.console().json(ConfigurationText.document(new Change(entry, entry, Optional.empty())));
        } else {
            call.console().line("The store is " + store + " already");
        }
    }

    private void requireUsable(List<StoreEntry> stores) {
        String usable = stores.stream()
                .filter(StoreEntry::isWhole)
                .map(StoreEntry::name)
                .collect(Collectors.joining(", "));
        if (stores.stream().noneMatch(entry -> entry.isWhole() && entry.name().equals(store))) {
            throw invalid(
                    "store",
                    "no store \"" + Printable.line(store, 40) + "\" can be used; there is "
                            + (usable.isEmpty() ? "none" : usable));
        }
    }
}
