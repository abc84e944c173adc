package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.Services;
import dev.switchboard.shell.internal.StoreEntry;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Names of stores that can be used. */
@Service
public final class StoreCompleter extends ServerCompleter {
    @Override
    List<Candidate> candidates(Services services) {
        return services.stores().stream()
                .filter(StoreEntry::isWhole)
                .map(store ->
                        candidate(store.name(), store.projects().orElseThrow().bundle()))
                .toList();
    }
}
