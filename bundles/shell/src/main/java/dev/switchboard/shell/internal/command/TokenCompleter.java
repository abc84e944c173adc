package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Names of tokens; ids of those whose names would have to be quoted. */
@Service
public final class TokenCompleter extends ServerCompleter {
    @Override
    List<Candidate> candidates(Services services) {
        return services.tokens().list().stream()
                .map(token -> candidate(
                        token.name().matches("[\\w.-]+") ? token.name() : token.id(),
                        token.role().wireName() + ", expires " + TokenText.expiry(token)))
                .toList();
    }
}
