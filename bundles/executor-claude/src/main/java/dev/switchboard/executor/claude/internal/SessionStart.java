package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.SessionChoice;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which conversation a process begins with.
 *
 * @param resumed the one to continue; empty for a new one
 * @param fork whether to go on in a copy
 * @param fresh the id of a new conversation; empty if one is continued
 */
record SessionStart(Optional<String> resumed, boolean fork, Optional<String> fresh) {
    static SessionStart of(SessionChoice choice) {
        return choice.sessionId().isPresent()
                ? new SessionStart(choice.sessionId(), choice.fork(), Optional.empty())
                : anew();
    }

    /** A new conversation with an id of our choice: known before the CLI has said a word. */
    static SessionStart anew() {
        return new SessionStart(
                Optional.empty(), false, Optional.of(UUID.randomUUID().toString()));
    }

    /** The conversation's id, if it is known before the CLI tells. */
    Optional<String> known() {
        return fork ? Optional.empty() : resumed.or(() -> fresh);
    }

    List<String> flags() {
        if (resumed.isEmpty()) {
            return List.of("--session-id=" + fresh.orElseThrow());
        }
        return fork ? List.of("--resume=" + resumed.get(), "--fork-session") : List.of("--resume=" + resumed.get());
    }
}
