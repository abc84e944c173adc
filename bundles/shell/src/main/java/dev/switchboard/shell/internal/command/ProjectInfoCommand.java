package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.Fields;
import dev.switchboard.shell.internal.Times;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows one project. */
@Service
@Command(scope = "switchboard", name = "project-info", description = "Shows a project and what it is doing.")
public final class ProjectInfoCommand extends ProjectCommand {
    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ProjectStatus status = project(call);
        if (json) {
            call.console().json(Payloads.projectState(status));
        } else {
            show(status, call.console());
        }
        return 0;
    }

    private static void show(ProjectStatus status, Console console) {
        Project project = status.project();
        Fields fields = new Fields(console, 14);
        fields.show("id", project.id());
        project.name().ifPresent(name -> fields.show("name", name));
        fields.show("path", project.path());
        if (!project.directory().toString().equals(project.path())) {
            fields.show("directory", project.directory());
        }
        fields.show("executor", project.executor());
        project.timeout().ifPresent(timeout -> fields.show("timeout", ProjectConfigureCommand.text(timeout)));
        fields.show("state", status.state());
        status.execution().ifPresent(run -> fields.show("run", run));
        status.pendingPermissions()
                .forEach(request -> fields.show("asks", request.permissionId() + " to use " + request.toolName()));
        status.limitedUntil().ifPresent(until -> fields.show("limited until", Times.show(until)));
        project.lastError()
                .ifPresent(error -> fields.show(
                        "last error", error.code() + " at " + Times.show(error.at()) + ": " + error.message()));
        fields.show("session", project.sessionId().orElse("-"));
        fields.show("records", status.log().firstSeq() + " to " + status.log().lastSeq());
        fields.show("created", Times.show(project.createdAt()));
        fields.show("last active", Times.show(project.lastActive()));
    }
}
