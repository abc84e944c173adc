package dev.switchboard.shell.internal.command;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.shell.internal.BundleServices;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;

/** Completes with what the server knows; with nothing while a service is missing. The console itself picks what fits. */
abstract class ServerCompleter implements Completer {
    @Reference
    private BundleContext context;

    /** Everything that could be meant. */
    abstract List<Candidate> candidates(Services services);

    @Override
    public final int complete(Session session, CommandLine line, List<String> values) {
        known().forEach(candidate -> values.add(candidate.value()));
        return 0;
    }

    @Override
    public final void completeCandidates(Session session, CommandLine line, List<Candidate> candidates) {
        candidates.addAll(known());
    }

    private List<Candidate> known() {
        try (Services services = new BundleServices(context)) {
            return candidates(services);
        } catch (SwitchboardException e) {
            return List.of();
        }
    }

    /** A candidate with words about it. */
    static Candidate candidate(String value, String description) {
        return new Candidate(value, value, null, description, null, null, true);
    }
}
