package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether a core service is there.
 *
 * @param otherwise what does not work without it
 */
record PresenceProbe(String name, BooleanSupplier present, String otherwise) implements Probe {
    @Override
    public Check check() {
        return present.getAsBoolean()
                ? Checks.healthy(Map.of())
                : Checks.of(CheckStatus.CRITICAL, "its bundle is not installed or not started: " + otherwise);
    }
}
