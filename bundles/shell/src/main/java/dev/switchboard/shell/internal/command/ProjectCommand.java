package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.ProjectNames;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;

/** A command about one project, which is its first argument. */
abstract class ProjectCommand extends ServerCommand {
    @Argument(
            index = 0,
            name = "project",
            required = true,
            description = "The project: its id, a unique beginning of it, its name or its path")
    @Completion(ProjectCompleter.class)
    String project;

    /** The project that is meant, as it is now. */
    final ProjectStatus project(Call call) {
        return ProjectNames.find(call.services().projects().list(), project);
    }

    /** What became of a project: the fields that clients get, but for the time. */
    static ObjectNode outcome(ProjectId project, String status) {
        return Json.object().put("project_id", project.toString()).put("status", status);
    }

    /** What became of a run. */
    static ObjectNode outcome(Execution run, String status) {
        return outcome(run.project(), status).put("execution_id", run.id().toString());
    }
}
