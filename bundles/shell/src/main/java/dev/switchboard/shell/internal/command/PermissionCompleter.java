package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Ids of open questions, of any project. */
@Service
public final class PermissionCompleter extends ServerCompleter {
    @Override
    List<Candidate> candidates(Services services) {
        return services.projects().list().stream()
                .flatMap(status -> status.pendingPermissions().stream()
                        .map(request -> candidate(
                                request.permissionId(),
                                Printable.line(
                                        status.project()
                                                        .name()
                                                        .orElse(status.project().path()) + ": " + request.toolName(),
                                        80))))
                .toList();
    }
}
