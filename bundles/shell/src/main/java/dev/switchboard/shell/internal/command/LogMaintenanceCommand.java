package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.LogReport.Finding;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.ProjectNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.table.ShellTable;

/** A command that looks through the whole log of one project, or of each. */
abstract class LogMaintenanceCommand extends ServerCommand {
    @Argument(
            index = 0,
            name = "project",
            description = "The project: its id, a unique beginning of it, its name or its path; all if none is given")
    @Completion(ProjectCompleter.class)
    String project;

    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    /** Does what the command is for with one project. */
    abstract LogReport work(LogMaintenance maintenance, ProjectId id);

    @Override
    final int run(Call call) {
        List<ProjectStatus> all = call.services().projects().list();
        List<ProjectStatus> meant = project == null ? all : List.of(ProjectNames.find(all, project));
        LogMaintenance maintenance = call.services().maintenance();
        Map<Project, LogReport> reports = new LinkedHashMap<>();
        for (ProjectStatus status : meant) {
            if (call.console().isGone()) {
                break; // one project may take long
            }
            reports.put(status.project(), work(maintenance, status.project().id()));
        }
        if (json) {
            call.console().json(document(reports));
        } else {
            show(reports, call.console());
        }
        return reports.values().stream().allMatch(LogReport::whole) ? 0 : BAD_NEWS;
    }

    private static ObjectNode document(Map<Project, LogReport> reports) {
        ObjectNode document = Json.object();
        ArrayNode logs = document.putArray("logs");
        reports.forEach((project, report) -> {
            ObjectNode log = logs.addObject();
            log.put("project_id", project.id().toString());
            log.put("segments", report.segments());
            log.put("records", report.records());
            log.put("bytes", report.bytes());
            log.put("missing", report.missing());
            ArrayNode findings = log.putArray("findings");
            report.findings().forEach(finding -> findings.add(document(finding)));
        });
        return document.put("whole", reports.values().stream().allMatch(LogReport::whole));
    }

    private static ObjectNode document(Finding finding) {
        ObjectNode document = Json.object();
        document.put("part", finding.part());
        if (finding.from() > 0) {
            document.put("from", finding.from());
            document.put("to", finding.to());
        }
        document.put("problem", finding.problem());
        return document.put("mended", finding.mended());
    }

    private static void show(Map<Project, LogReport> reports, Console console) {
        ShellTable table = new ShellTable().emptyTableText("There are no projects.");
        List.of("Id", "Path", "Segments", "Records", "Bytes", "Missing").forEach(table::column);
        reports.forEach((project, report) -> table.addRow()
                .addContent(
                        project.id(),
                        Printable.lines(project.path()),
                        report.segments(),
                        report.records(),
                        report.bytes(),
                        report.missing()));
        console.table(table);
        reports.values().forEach(report -> report.findings().forEach(finding -> console.line(text(finding))));
    }

    private static String text(Finding finding) {
        String records = finding.from() == 0
                ? ""
                : finding.from() == finding.to()
                        ? "record " + finding.from() + " "
                        : "records " + finding.from() + " to " + finding.to() + " ";
        return finding.part() + ": " + records + finding.problem() + (finding.mended() ? " (mended)" : "");
    }
}
