package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.PromptHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.gateway.internal.Session;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code project_list}: the projects as they are; from now on the session is told of changes. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=project_list")
public final class ProjectListHandler extends RequestHandler implements PromptHandler {
    private static final byte[] BEGIN = "{\"projects\":[".getBytes(StandardCharsets.US_ASCII);
    /** Of more projects than these the rest is written anew each time. */
    private static final int MOST_WRITTEN = 1000;

    private final Services services;
    /** Most projects are as they were when the last one asked. */
    private final Map<ProjectId, Written> written = new ConcurrentHashMap<>();

    /** A project as it was written last; the same status is the same object. */
    private record Written(ProjectStatus status, int subscribers, byte[] json) {}

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
            request.reply(
                    "project_list", Content.of(list(request, services.projects().list())));
        } finally {
            session.outbox().releaseUpdates(Optional.empty());
        }
    }

    private byte[] list(Request request, List<ProjectStatus> all) {
        List<byte[]> visible = new ArrayList<>(all.size());
        int size = 0;
        for (ProjectStatus status : all) {
            ProjectId id = status.project().id();
            if (request.principal().maySee(id)) {
                byte[] json = json(status, request.session().subscribers(id));
                visible.add(json);
                size += json.length + 1;
            }
        }
        if (written.size() > all.size()) {
            written.keySet()
                    .retainAll(all.stream().map(status -> status.project().id()).collect(Collectors.toSet()));
        }
        return joined(visible, size);
    }

    private static byte[] joined(List<byte[]> projects, int size) {
        byte[] end = ("],\"total\":" + projects.size() + "}").getBytes(StandardCharsets.US_ASCII);
        int commas = projects.isEmpty() ? 0 : 1;
        ByteBuffer json = ByteBuffer.allocate(BEGIN.length + size - commas + end.length);
        json.put(BEGIN);
        for (byte[] project : projects) {
            if (json.position() > BEGIN.length) {
                json.put((byte) ',');
            }
            json.put(project);
        }
        return json.put(end).array();
    }

    private byte[] json(ProjectStatus status, int subscribers) {
        ProjectId id = status.project().id();
        Written last = written.get(id);
        if (last == null || last.status != status || last.subscribers != subscribers) {
            ObjectNode project = Payloads.projectStateForJoin(status);
            project.putObject("metadata").put("subscriber_count", subscribers);
            last = new Written(status, subscribers, Json.bytes(project));
            if (written.size() < MOST_WRITTEN) {
                written.put(id, last);
            }
        }
        return last.json;
    }
}
