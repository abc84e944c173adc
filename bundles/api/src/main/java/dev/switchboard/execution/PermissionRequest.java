package dev.switchboard.execution;

import dev.switchboard.content.Content;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The agent asks to use a tool, or asks the user something; a snapshot.
 *
 * @param permissionId unique within the project for ever, so that a late answer never meets another question
 * @param toolName what it wants to use
 * @param input what it wants to give the tool: a JSON object, in memory
 * @param description for people
 * @param suggestions rules that would answer such questions from now on: a JSON array
 * @param expiresAt when it will be denied if nobody answers
 */
public record PermissionRequest(
        String permissionId,
        String toolName,
        Content input,
        Optional<String> description,
        Optional<Content> suggestions,
        Optional<Instant> expiresAt) {
    public PermissionRequest {
        Objects.requireNonNull(permissionId, "permissionId");
        Objects.requireNonNull(toolName, "toolName");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(suggestions, "suggestions");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** The same question with the moment when it will be denied. */
    public PermissionRequest expiring(Instant at) {
        return new PermissionRequest(permissionId, toolName, input, description, suggestions, Optional.of(at));
    }

    /** Without what the agent wants to do. */
    @Override
    public String toString() {
        return "PermissionRequest[" + permissionId + " " + toolName + "]";
    }
}
