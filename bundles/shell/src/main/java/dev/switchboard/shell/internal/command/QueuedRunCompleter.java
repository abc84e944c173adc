package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Ids of runs that wait, of any project. */
@Service
public final class QueuedRunCompleter extends ServerCompleter {
    private static final int SHOWN = 80;

    @Override
    List<Candidate> candidates(Services services) {
        return services.projects().list().stream()
                .flatMap(status -> status.queue().stream()
                        .map(run -> candidate(
                                run.id().toString(),
                                Printable.line(
                                        status.project()
                                                        .name()
                                                        .orElse(status.project().path()) + ": " + run.prompt(),
                                        SHOWN))))
                .toList();
    }
}
