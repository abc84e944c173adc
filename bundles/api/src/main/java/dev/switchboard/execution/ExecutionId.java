package dev.switchboard.execution;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The identity of a run. */
public record ExecutionId(UUID value) {
    public ExecutionId {
        Objects.requireNonNull(value, "value");
    }

    /** A new, random one. */
    public static ExecutionId random() {
        return new ExecutionId(UUID.randomUUID());
    }

    /**
     * Reads its text.
     *
     * @throws SwitchboardException {@link ErrorCode#VALIDATION_FAILED} if the text is not a UUID
     */
    public static ExecutionId parse(String text) {
        if (text.length() == 36) {
            try {
                return new ExecutionId(UUID.fromString(text));
            } catch (IllegalArgumentException e) {
                // answered below, like a text of the wrong length
            }
        }
        throw new SwitchboardException(
                ErrorCode.VALIDATION_FAILED,
                "execution_id is not a UUID; expected an id as execute gave it",
                Map.of("field", "execution_id"));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
