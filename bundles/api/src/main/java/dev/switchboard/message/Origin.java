package dev.switchboard.message;

import java.util.Objects;

/**
 * The place in an agent's output that a record came from. After a crash of the server, reading goes on behind the
 * record that was logged last, so that each line is logged exactly once.
 *
 * @param agent the agent's id in custody
 * @param offset the position in its stdout spool of the first byte <em>behind</em> the line
 */
public record Origin(String agent, long offset) {
    public Origin {
        Objects.requireNonNull(agent, "agent");
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
    }
}
