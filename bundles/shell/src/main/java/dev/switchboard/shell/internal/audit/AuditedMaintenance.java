package dev.switchboard.shell.internal.audit;

import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.project.ProjectId;
import java.util.Optional;

/** Records who repairs logs. */
record AuditedMaintenance(LogMaintenance service, ShellAudit audit) implements LogMaintenance {
    @Override
    public LogReport verify(ProjectId project) {
        return service.verify(project);
    }

    @Override
    public LogReport repair(ProjectId project) {
        return audit.call(
                audit.entry("log_repair").about(Optional.of(project)),
                () -> service.repair(project),
                (entry, report) -> entry);
    }
}
