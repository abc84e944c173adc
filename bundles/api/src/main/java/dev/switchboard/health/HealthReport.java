package dev.switchboard.health;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The last sample of every check; a snapshot.
 *
 * @param status the whole
 * @param at when it was sampled
 * @param checks by name, in a stable order: {@code cpu}, {@code memory}, {@code disk}, {@code claude_cli}, and one per
 *        core service
 */
public record HealthReport(HealthStatus status, Instant at, Map<String, Check> checks) {
    public HealthReport {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(at, "at");
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /**
     * One concern.
     *
     * @param message what is wrong and what to do about it; empty if nothing is
     * @param figures what was measured, by wire name: {@link String}, {@link Number} or {@link Boolean} values
     */
    public record Check(CheckStatus status, Optional<String> message, Map<String, Object> figures) {
        public Check {
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(message, "message");
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }
}
