package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Names of installed executors. */
@Service
public final class ExecutorCompleter extends ServerCompleter {
    private static final int SHOWN = 80;

    @Override
    List<Candidate> candidates(Services services) {
        return services.executors().stream()
                .filter(ExecutorEntry::selected)
                .map(executor -> candidate(
                        executor.name(),
                        Printable.line(executor.capabilities().unavailable().orElse("available"), SHOWN)))
                .toList();
    }
}
