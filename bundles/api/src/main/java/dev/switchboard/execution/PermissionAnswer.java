package dev.switchboard.execution;

import dev.switchboard.content.Content;
import java.util.Objects;
import java.util.Optional;

/**
 * The answer to a {@link PermissionRequest}.
 *
 * @param message told to the agent if it is denied
 * @param updatedInput a JSON object to be used in place of what the agent wanted to give the tool
 * @param remember whether the agent's suggestions are to hold for the rest of the session
 */
public record PermissionAnswer(
        String permissionId,
        Decision decision,
        Optional<String> message,
        Optional<Content> updatedInput,
        boolean remember) {
    /** Yes or no. */
    public enum Decision {
        ALLOW,
        DENY
    }

    public PermissionAnswer {
        Objects.requireNonNull(permissionId, "permissionId");
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(updatedInput, "updatedInput");
    }

    /** Without texts. */
    @Override
    public String toString() {
        return "PermissionAnswer[" + permissionId + " " + decision + "]";
    }

    /** No, and why. */
    public static PermissionAnswer deny(String permissionId, String why) {
        return new PermissionAnswer(permissionId, Decision.DENY, Optional.of(why), Optional.empty(), false);
    }
}
