package dev.switchboard.execution.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.NewMessage;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.protocol.Timestamps;
import java.util.Locale;
import java.util.Optional;

/**
 * Questions and answers as they are recorded, so completely that a later server can go on with both: ask again who has not
 * answered, and hand over an answer that may not have arrived.
 */
final class PermissionRecords {
    private static final String ID = "permission_id";
    private static final String DECISION = "decision";
    private static final String MESSAGE = "message";
    private static final String UPDATED_INPUT = "updated_input";
    private static final String REMEMBER = "remember";
    private static final String WITHDRAWN = "withdrawn";

    private PermissionRecords() {}

    static NewMessage asked(PermissionRequest request, AgentEvent.PermissionAsked asked) {
        return Records.server(Records.PERMISSION_REQUEST, Payloads.permissionRequest(request), asked.origin());
    }

    static NewMessage answered(PermissionAnswer answer, String by) {
        ObjectNode data =
                resolved(answer.permissionId(), answer.decision().name().toLowerCase(Locale.ROOT), by);
        answer.message().ifPresent(text -> data.put(MESSAGE, text));
        answer.updatedInput().ifPresent(input -> data.set(UPDATED_INPUT, Payloads.tree(input)));
        if (answer.remember()) {
            data.put(REMEMBER, true);
        }
        return Records.server(Records.PERMISSION_RESOLVED, data);
    }

    static NewMessage withdrawn(String permissionId) {
        return Records.server(Records.PERMISSION_RESOLVED, resolved(permissionId, WITHDRAWN, "agent"));
    }

    private static ObjectNode resolved(String permissionId, String decision, String by) {
        ObjectNode data = Json.object();
        data.put(ID, permissionId);
        data.put(DECISION, decision);
        data.put("by", by);
        return data;
    }

    /** Which question a record of either kind is about. */
    static String permissionId(JsonNode data) {
        return data.path(ID).asText();
    }

    /** The question of such a record. */
    static PermissionRequest request(JsonNode data) {
        return new PermissionRequest(
                permissionId(data),
                data.path("tool_name").asText(),
                Json.content(data.path("input")),
                text(data, "description"),
                content(data, "suggestions"),
                text(data, "expires_at").map(Timestamps::parse));
    }

    /** The answer of such a record; empty if the agent took its question back. */
    static Optional<PermissionAnswer> answer(JsonNode data) {
        String decision = data.path(DECISION).asText();
        return decision.equals(WITHDRAWN)
                ? Optional.empty()
                : Optional.of(new PermissionAnswer(
                        permissionId(data),
                        Decision.valueOf(decision.toUpperCase(Locale.ROOT)),
                        text(data, MESSAGE),
                        content(data, UPDATED_INPUT),
                        data.path(REMEMBER).asBoolean()));
    }

    private static Optional<String> text(JsonNode data, String field) {
        return Optional.ofNullable(data.get(field)).map(JsonNode::asText);
    }

    private static Optional<Content> content(JsonNode data, String field) {
        return Optional.ofNullable(data.get(field)).map(Json::content);
    }
}
