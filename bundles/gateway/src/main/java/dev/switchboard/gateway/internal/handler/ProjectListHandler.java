package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.Session;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_list}: the projects as they are; from now on the session is told of changes. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_list")
public final class ProjectListHandler extends RequestHandler {
    private final Services services;

    @Activate
    public ProjectListHandler(@Reference Services services) {
        super(RequestType.PROJECT_LIST);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        Session session = request.session();
        // Changes from here on come behind the list.
        session.outbox().holdUpdates();
        try {
            session.watch();
            List<ProjectStatus> all = services.projects().list();
            ObjectNode data = Json.object();
            ArrayNode projects = data.putArray("projects");
            for (ProjectStatus status : all) {
                ProjectId id = status.project().id();
                if (request.principal().maySee(id)) {
                    ObjectNode project = Payloads.projectStateForJoin(status);
                    project.putObject("metadata").put("subscriber_count", session.subscribers(id));
                    projects.add(project);
                }
            }
            data.put("total", projects.size());
            request.reply("project_list", data);
        } finally {
            session.outbox().releaseUpdates(Optional.empty());
        }
    }
}
