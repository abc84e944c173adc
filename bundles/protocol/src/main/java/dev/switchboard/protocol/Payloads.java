package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code data} of frames, for whoever records or sends them: each shape is written down once, here. */
public final class Payloads {
    private Payloads() {}

    /** Of {@code project_state}, exactly as the status is. */
    public static ObjectNode projectState(ProjectStatus status) {
        Project project = status.project();
        ObjectNode data = Json.object();
        data.put("id", project.id().toString());
        data.put("path", project.path());
        project.name().ifPresent(name -> data.put("name", name));
        data.put("state", status.state().name());
        data.put("session_id", project.sessionId().orElse(null));
        data.put("executor", project.executor());
        project.timeout().ifPresent(timeout -> data.put("timeout_ms", timeout.toMillis()));
        data.put("created_at", Timestamps.format(project.createdAt()));
        data.put("last_active", Timestamps.format(project.lastActive()));
        project.lastError().ifPresent(error -> {
            ObjectNode details = data.putObject("error_details");
            details.put("code", error.code().name());
            details.put("message", error.message());
            details.put("at", Timestamps.format(error.at()));
        });
        status.execution().ifPresent(id -> data.put("execution_id", id.toString()));
        data.put("last_seq", status.log().lastSeq());
        data.put("epoch", status.log().epoch().toString());
        if (!status.pendingPermissions().isEmpty()) {
            ArrayNode pending = data.putArray("pending_permissions");
            status.pendingPermissions().forEach(request -> pending.add(permissionRequest(request)));
        }
        status.limitedUntil().ifPresent(until -> data.put("limited_until", Timestamps.format(until)));
        if (!status.queue().isEmpty()) {
            data.set("queue", queue(status.queue()));
        }
        return data;
    }

    /** What can be configured of a project, into the data of a frame that tells of it. */
    public static void configured(Project project, ObjectNode data) {
        data.put("name", project.name().orElse(null));
        data.put("executor", project.executor());
        project.timeout().ifPresent(timeout -> data.put("timeout_ms", timeout.toMillis()));
    }

    /** Of {@code project_state} for somebody who joins or lists: a project whose last run failed is IDLE to them. */
    public static ObjectNode projectStateForJoin(ProjectStatus status) {
        ObjectNode data = projectState(status);
        data.put("state", stateForJoin(status).name());
        return data;
    }

    /** What somebody who joins or lists is told of the state: ERROR only if no run can begin, because the log cannot be reached. */
    public static ProjectState stateForJoin(ProjectStatus status) {
        boolean unusable = status.project()
                .lastError()
                .filter(error -> error.code() == ErrorCode.STORAGE_UNAVAILABLE)
                .isPresent();
        return status.state() == ProjectState.ERROR && !unusable ? ProjectState.IDLE : status.state();
    }

    /** Of {@code prompt}: byte for byte what the client asked. */
    public static Content prompt(ExecutionId execution, Prompt prompt, String by) {
        ObjectNode rest = Json.object();
        rest.put("execution_id", execution.toString());
        rest.put("by", by);
        String start = Json.text(rest);
        return JoinedContent.of(
                Content.of(start.substring(0, start.length() - 1) + ",\"prompt\":"), prompt.json(), Content.of("}"));
    }

    /** Of {@code permission_request}. */
    public static ObjectNode permissionRequest(PermissionRequest request) {
        ObjectNode data = Json.object();
        data.put("permission_id", request.permissionId());
        data.put("tool_name", request.toolName());
        data.set("input", tree(request.input()));
        request.description().ifPresent(text -> data.put("description", text));
        request.suggestions().ifPresent(rules -> data.set("suggestions", tree(rules)));
        request.expiresAt().ifPresent(at -> data.put("expires_at", Timestamps.format(at)));
        return data;
    }

    /** Of {@code queue_update}. */
    public static ObjectNode queueUpdate(List<QueuedExecution> items) {
        ObjectNode data = Json.object();
        data.set("items", queue(items));
        return data;
    }

    private static ArrayNode queue(List<QueuedExecution> items) {
        ArrayNode queue = Json.object().arrayNode();
        items.forEach(item -> {
            ObjectNode node = queue.addObject();
            node.put("execution_id", item.id().toString());
            node.put("by", item.by());
            node.put("prompt", item.prompt());
            node.put("queued_at", Timestamps.format(item.queuedAt()));
        });
        return queue;
    }

    /** Of {@code project_update}, to which the caller adds what the update is about. */
    public static ObjectNode projectUpdate(String updateType, ProjectStatus status, Instant at) {
        ObjectNode data = Json.object();
        data.put("project_id", status.project().id().toString());
        data.put("update_type", updateType);
        data.put("state", status.state().name());
        data.put("path", status.project().path());
        data.put("timestamp", Timestamps.format(at));
        return data;
    }

    /** Of the many frames that say what became of a project: {@code project_id}, one more field, {@code timestamp}. */
    public static ObjectNode about(ProjectId project, String field, String value, Instant at) {
        ObjectNode data = Json.object();
        data.put("project_id", project.toString());
        data.put(field, value);
        data.put("timestamp", Timestamps.format(at));
        return data;
    }

    /** Of {@code gap}: records that are not there. */
    public static ObjectNode gap(Gap gap) {
        ObjectNode data = Json.object();
        data.put("from", gap.from());
        data.put("to", gap.to());
        data.put("reason", gap.reason());
        return data;
    }

    /** Of {@code project_join} and {@code project_joined}. */
    public static ObjectNode joined(ProjectStatus status) {
        ObjectNode data = Json.object();
        data.put("project_id", status.project().id().toString());
        data.put("session_id", status.project().sessionId().orElse(""));
        data.put("state", stateForJoin(status).name());
        data.put("last_seq", status.log().lastSeq());
        data.put("epoch", status.log().epoch().toString());
        return data;
    }

    /** Of {@code project_leave} and {@code project_left}. */
    public static ObjectNode left(ProjectId project) {
        ObjectNode data = Json.object();
        data.put("project_id", project.toString());
        data.put("status", "left");
        return data;
    }

    /**
     * Of {@code replay}.
     *
     * @param from the first record that follows; {@code to + 1} if none does
     * @param whole whether these are all records behind the one that the client has
     */
    public static ObjectNode replay(long from, boolean whole, LogHead head) {
        ObjectNode data = Json.object();
        data.put("from", from);
        data.put("to", head.lastSeq());
        data.put("verdict", whole ? "ok" : "gap");
        data.put("first_seq", head.firstSeq());
        data.put("epoch", head.epoch().toString());
        return data;
    }

    /** Of the reply to {@code execute}. */
    public static ObjectNode execution(Execution execution) {
        boolean queued = execution.status() == Execution.Status.QUEUED;
        ObjectNode data = Json.object();
        data.put("project_id", execution.project().toString());
        data.put("status", queued ? "queued" : "started");
        data.put("execution_id", execution.id().toString());
        if (queued) {
            data.put("position", execution.position());
        }
        data.put("timestamp", Timestamps.format(execution.at()));
        return data;
    }

    /** Of {@code project_deleted}. */
    public static ObjectNode deleted(ProjectId project, Instant at) {
        ObjectNode data = Json.object();
        data.put("project_id", project.toString());
        data.put("status", "deleted");
        data.put("reason", "project_deleted");
        data.put("timestamp", Timestamps.format(at));
        return data;
    }

    /** Of an item of {@code session_list}. */
    public static ObjectNode session(AgentSession session) {
        ObjectNode data = Json.object();
        data.put("session_id", session.id());
        data.put("first_seq", session.firstSeq());
        data.put("last_seq", session.lastSeq());
        data.put("last_used", Timestamps.format(session.lastUsed()));
        data.put("first_prompt", session.firstPrompt());
        session.costUsd().ifPresent(cost -> data.put("cost_usd", cost));
        return data;
    }

    /** Of {@code server_stats}. */
    public static ObjectNode serverStats(TrafficStatus traffic, int projects, ExecutionStats runs, Duration uptime) {
        ObjectNode data = Json.object();
        data.put("connections", traffic.connections());
        data.put("projects", projects);
        ObjectNode executions = data.putObject("executions");
        executions.put("active", runs.active());
        executions.put("total", runs.total());
        executions.put("success", runs.success());
        executions.put("failed", runs.failed());
        executions.put("avg_duration_ms", runs.averageMillis());
        ObjectNode messages = data.putObject("messages");
        messages.put("sent", traffic.sent().messages());
        messages.put("received", traffic.received().messages());
        messages.put("rate_per_sec", traffic.messagesPerSecond());
        data.put("uptime", uptime.toSeconds());
        return data;
    }

    /** Of {@code error}. */
    public static ObjectNode error(SwitchboardException error, Optional<String> messageType) {
        ObjectNode data = error(error.code().name(), error.getMessage(), error.details());
        messageType.ifPresent(type -> data.withObject("/details").put("message_type", type));
        return data;
    }

    /** Of {@code error}, for one that is recorded. */
    public static ObjectNode error(String code, String message, Map<String, Object> details) {
        ObjectNode data = Json.object();
        data.put("code", code);
        data.put("message", message);
        data.put("error", message);
        if (!details.isEmpty()) {
            ObjectNode facts = data.putObject("details");
            details.forEach(facts::putPOJO);
        }
        return data;
    }

    /**
     * Content as a value that can be put into a payload.
     *
     * @throws IllegalArgumentException if it is not JSON
     */
    public static JsonNode tree(Content json) {
        try {
            return Json.read(json.toBytes());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
