package dev.switchboard.execution;

import java.util.Objects;
import java.util.Optional;

/**
 * Which conversation the next run continues.
 *
 * @param sessionId one of the project's sessions; empty means a new one
 * @param fork whether to leave that one as it is and go on in a copy
 */
public record SessionChoice(Optional<String> sessionId, boolean fork) {
    public SessionChoice {
        Objects.requireNonNull(sessionId, "sessionId");
        if (fork && sessionId.isEmpty()) {
            throw new IllegalArgumentException("only an existing session can be forked");
        }
    }

    /** A new conversation. */
    public static SessionChoice fresh() {
        return new SessionChoice(Optional.empty(), false);
    }
}
