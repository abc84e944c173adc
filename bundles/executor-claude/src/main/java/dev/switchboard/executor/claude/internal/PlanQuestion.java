package dev.switchboard.executor.claude.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.protocol.Json;
import java.util.Optional;

/**
 * The question whether a plan is good. The CLI asks it without the plan, which stands in the call of the tool, one line before:
 * whoever is to answer has to see it.
 */
final class PlanQuestion {
    private static final String TOOL = "ExitPlanMode";

    private PlanQuestion() {}

    /**
     * A question as people are to be asked it.
     *
     * @param message the last one of the agent before the question
     */
    static PermissionRequest complete(PermissionRequest asked, Optional<Content> message) {
        if (!asked.toolName().equals(TOOL) || !read(asked.input()).isEmpty()) {
            return asked;
        }
        return message.filter(Content::inMemory)
                .flatMap(PlanQuestion::plan)
                .map(plan -> new PermissionRequest(
                        asked.permissionId(),
                        asked.toolName(),
                        plan,
                        asked.description(),
                        asked.suggestions(),
                        asked.expiresAt()))
                .orElse(asked);
    }

    private static Optional<Content> plan(Content message) {
        for (JsonNode block : read(message).path("message").path("content")) {
            if (block.path("name").asText().equals(TOOL) && block.path("input").isObject()) {
                return Optional.of(Json.content(block.get("input")));
            }
        }
        return Optional.empty();
    }

    private static JsonNode read(Content json) {
        try {
            return Json.read(json.toBytes());
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
