package dev.switchboard.shell.internal.command;

import dev.switchboard.security.Principal;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Ids of connections. */
@Service
public final class ConnectionCompleter extends ServerCompleter {
    @Override
    List<Candidate> candidates(Services services) {
        return services.connections().list().stream()
                .map(connection -> candidate(
                        connection.id(),
                        Printable.line(
                                connection.principal().map(Principal::name).orElse("-") + " from "
                                        + connection.remoteAddress(),
                                80)))
                .toList();
    }
}
