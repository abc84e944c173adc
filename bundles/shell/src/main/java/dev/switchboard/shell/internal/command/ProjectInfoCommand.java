package dev.switchboard.shell.internal.command;

import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Console;
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
        field(console, "id", project.id().toString());
        project.name().ifPresent(name -> field(console, "name", name));
        field(console, "path", project.path());
        if (!project.directory().toString().equals(project.path())) {
            field(console, "directory", project.directory().toString());
        }
        field(console, "executor", project.executor());
        field(console, "state", status.state().name());
        status.execution().ifPresent(run -> field(console, "run", run.toString()));
        status.pendingPermissions()
                .forEach(request -> field(console, "asks", request.permissionId() + " to use " + request.toolName()));
        status.limitedUntil().ifPresent(until -> field(console, "limited until", Times.show(until)));
        project.lastError()
                .ifPresent(error -> field(
                        console,
                        "last error",
                        error.code() + " at " + Times.show(error.at()) + ": " + error.message()));
        field(console, "session", project.sessionId().orElse("-"));
        field(
                console,
                "records",
                status.log().firstSeq() + " to " + status.log().lastSeq());
        field(console, "created", Times.show(project.createdAt()));
        field(console, "last active", Times.show(project.lastActive()));
    }

    private static void field(Console console, String name, String value) {
        console.line(String.format("%-14s%s", name, value));
    }
}
