package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes a whole of single checks. */
final class Verdict {
    /** Without these no client can be served; the bundles that have them register a check by this name. */
    private static final Map<String, String> REQUIRED = requirements();

    private Verdict() {}

    /**
     * The report on checks. What is required and has no check counts as critical: its bundle is not there to register
     * one.
     */
    static HealthReport of(Map<String, Check> checks, Instant at) {
        Map<String, Check> all = new LinkedHashMap<>(checks);
        REQUIRED.forEach((name, missing) -> all.putIfAbsent(name, Checks.of(CheckStatus.CRITICAL, missing)));
        HealthStatus status = HealthStatus.HEALTHY;
        for (Map.Entry<String, Check> entry : all.entrySet()) {
            CheckStatus one = entry.getValue().status();
            if (REQUIRED.containsKey(entry.getKey()) && (one == CheckStatus.CRITICAL || one == CheckStatus.ERROR)) {
                status = HealthStatus.UNHEALTHY;
            } else if (one != CheckStatus.HEALTHY && status == HealthStatus.HEALTHY) {
                status = HealthStatus.DEGRADED;
            }
        }
        return new HealthReport(status, at, all);
    }

    private static Map<String, String> requirements() {
        Map<String, String> required = new LinkedHashMap<>();
        required.put("socket", "nothing listens for clients: the bundle websocket is not installed or not started");
        required.put("registry", "no project store is open: the bundle execution is not installed or not started");
        required.put("log", "no message log is open: the bundle execution is not installed or not started");
        return required;
    }
}
