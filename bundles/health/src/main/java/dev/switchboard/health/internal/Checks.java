package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.util.Map;
import java.util.Optional;

/** Makes checks' results. */
final class Checks {
    private static final double MEBI = 1 << 20;
    private static final double GIBI = 1 << 30;

    private Checks() {}

    static Check healthy(Map<String, Object> figures) {
        return new Check(CheckStatus.HEALTHY, Optional.empty(), figures);
    }

    static Check of(CheckStatus status, String message, Map<String, Object> figures) {
        return new Check(status, Optional.of(message), figures);
    }

    static Check of(CheckStatus status, String message) {
        return of(status, message, Map.of());
    }

    /** Bytes as whole mebibytes. */
    static long megabytes(long bytes) {
        return Math.round(bytes / MEBI);
    }

    /** Bytes as gibibytes with two decimals. */
    static double gigabytes(long bytes) {
        return Math.round(bytes / GIBI * 100) / 100.0;
    }

    /** A share of a whole as percent with one decimal. */
    static double percent(double share, double whole) {
        return whole <= 0 ? 0 : Math.round(share / whole * 1000) / 10.0;
    }
}
