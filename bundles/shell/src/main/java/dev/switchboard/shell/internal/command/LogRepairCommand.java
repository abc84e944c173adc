package dev.switchboard.shell.internal.command;

import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.project.ProjectId;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Sets aside what is damaged in projects' logs, and makes their indexes again. */
@Service
@Command(
        scope = "switchboard",
        name = "log-repair",
        description = "Sets aside damaged records of the projects' logs, which stay missing, and makes indexes again."
                + " Exit status 1 if records are missing.")
public final class LogRepairCommand extends LogMaintenanceCommand {
    @Override
    LogReport work(LogMaintenance maintenance, ProjectId id) {
        return maintenance.repair(id);
    }
}
