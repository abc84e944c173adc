package dev.switchboard.shell.internal.command;

import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.project.ProjectId;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Holds the records of projects against their checksums and indexes. */
@Service
@Command(
        scope = "switchboard",
        name = "log-verify",
        description = "Reads all records of the projects' logs and tells which are damaged. Exit status 1 if any is.")
public final class LogVerifyCommand extends LogMaintenanceCommand {
    @Override
    LogReport work(LogMaintenance maintenance, ProjectId id) {
        return maintenance.verify(id);
    }
}
