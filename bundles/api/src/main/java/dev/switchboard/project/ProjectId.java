package dev.switchboard.project;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The identity of a project: a UUID, in lower case on the wire and on disk. */
public record ProjectId(UUID value) {
    public ProjectId {
        Objects.requireNonNull(value, "value");
    }

    /** A new, random one. */
    public static ProjectId random() {
        return new ProjectId(UUID.randomUUID());
    }

    /**
     * Reads the canonical form of 36 characters.
     *
     * @throws SwitchboardException {@link ErrorCode#VALIDATION_FAILED} if the text is not a UUID
     */
    public static ProjectId parse(String text) {
        if (text.length() == 36) {
            try {
                return new ProjectId(UUID.fromString(text));
            } catch (IllegalArgumentException e) {
                // answered below, like a text of the wrong length
            }
        }
        throw new SwitchboardException(
                ErrorCode.VALIDATION_FAILED,
                "project_id is not a UUID; expected a project's id as project_create or project_list gave it",
                Map.of("field", "project_id"));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
