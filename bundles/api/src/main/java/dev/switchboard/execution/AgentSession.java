package dev.switchboard.execution;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A conversation that the project's log knows; a snapshot.
 *
 * @param id the agent's own id of it
 * @param firstSeq the first record that belongs to it
 * @param lastSeq the last one
 * @param firstPrompt what it began with, shortened
 * @param costUsd what it cost, as far as the agent said
 */
public record AgentSession(
        String id, long firstSeq, long lastSeq, Instant lastUsed, String firstPrompt, Optional<BigDecimal> costUsd) {
    public AgentSession {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(lastUsed, "lastUsed");
        Objects.requireNonNull(firstPrompt, "firstPrompt");
        Objects.requireNonNull(costUsd, "costUsd");
    }

    /** Without the prompt. */
    @Override
    public String toString() {
        return "AgentSession[" + id + "]";
    }
}
