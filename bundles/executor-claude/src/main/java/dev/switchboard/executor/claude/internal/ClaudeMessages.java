package dev.switchboard.executor.claude.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.Prompt;
import dev.switchboard.protocol.Json;
import java.util.Optional;
import java.util.UUID;

/** What is said to the CLI on its standard input: one JSON object a message. Anything else would end it. */
final class ClaudeMessages {
    /** Larger suggestions are not remembered: they are rules, and rules are short. */
    private static final int SUGGESTIONS_LIMIT = 1 << 16;

    private ClaudeMessages() {}

    /** A user message. Its uuid is the run's, so that the CLI drops a second copy of it. */
    static Content user(ExecutionId execution, Prompt prompt) {
        return MessageLine.of(
                Content.of("{\"type\":\"user\",\"uuid\":\"" + execution + "\",\"session_id\":\"\","
                        + "\"parent_tool_use_id\":null,\"message\":{\"role\":\"user\",\"content\":"),
                prompt.json(),
                Content.of("}}"));
    }

    /** Asks it to stop the turn. */
    static Content interrupt() {
        return request("interrupt");
    }

    /** Asks it to end. */
    static Content endSession() {
        return request("end_session");
    }

    /** The answer to a permission question. */
    static Content answer(PermissionRequest request, PermissionAnswer answer) {
        if (answer.decision() == PermissionAnswer.Decision.DENY) {
            return deny(request.permissionId(), answer.message().orElse("Denied by a person."));
        }
        // The input is always sent along: 2.1.197 takes an answer without it for a refusal.
        Content input = answer.updatedInput().orElse(request.input());
        String rules = answer.remember()
                ? request.suggestions().flatMap(ClaudeMessages::forSession).orElse("")
                : "";
        return MessageLine.of(
                Content.of(response(request.permissionId()) + "{\"behavior\":\"allow\",\"updatedInput\":"),
                input,
                Content.of(rules.isEmpty() ? "}}}" : ",\"updatedPermissions\":" + rules + "}}}"));
    }

    /** A no to a permission question; the agent is told why and goes on. */
    static Content deny(String requestId, String why) {
        return Content.of(response(requestId) + "{\"behavior\":\"deny\",\"message\":" + quoted(why) + "}}}");
    }

    /** An answer to what this driver never asked to be asked. */
    static Content unsupported(String requestId, String subtype) {
        return Content.of("{\"type\":\"control_response\",\"response\":{\"subtype\":\"error\",\"request_id\":"
                + quoted(requestId) + ",\"error\":" + quoted("Unsupported control request subtype: " + subtype) + "}}");
    }

    /** Has it decide about tools in another way from now on. */
    static Content permissionMode(String mode) {
        return request("set_permission_mode", ",\"mode\":" + quoted(mode));
    }

    /** Has it use another model from now on. */
    static Content model(String model) {
        return request("set_model", ",\"model\":" + quoted(model));
    }

    private static Content request(String subtype) {
        return request(subtype, "");
    }

    private static Content request(String subtype, String fields) {
        return Content.of("{\"type\":\"control_request\",\"request_id\":\"" + UUID.randomUUID()
                + "\",\"request\":{\"subtype\":\"" + subtype + "\"" + fields + "}}");
    }

    private static String response(String requestId) {
        return "{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":"
                + quoted(requestId) + ",\"response\":";
    }

    /** The suggested rules, to hold for the session only: otherwise the CLI writes them into the project's directory. */
    private static Optional<String> forSession(Content suggestions) {
        if (suggestions.size() > SUGGESTIONS_LIMIT) {
            return Optional.empty();
        }
        try {
            JsonNode rules = Json.read(suggestions.toBytes());
            for (JsonNode rule : rules) {
                if (rule instanceof ObjectNode fields) {
                    fields.put("destination", "session");
                }
            }
            return Optional.of(Json.text(rules)).filter(text -> rules.isArray());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String quoted(String text) {
        return Content.of(Json.bytes(TextNode.valueOf(text))).toText();
    }
}
