package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The last report as figures: 0 is healthy, and the more the worse. */
@Component
public final class HealthMetrics implements MetricSource {
    private final HealthMonitor monitor;

    @Activate
    public HealthMetrics(@Reference HealthMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public void collect(MetricSink sink) {
        HealthReport report = monitor.report();
        sink.gauge(
                "health",
                "The server as a whole: 0 healthy, 1 degraded, 2 unhealthy (clients cannot be served).",
                Map.of(),
                severity(report.status()));
        report.checks()
                .forEach((name, check) -> sink.gauge(
                        "health_status",
                        "What a health check found: 0 healthy, 1 warning, 2 critical, 3 the check itself failed.",
                        Map.of("check", name),
                        severity(check.status())));
    }

    private static int severity(HealthStatus status) {
        return switch (status) {
            case HEALTHY -> 0;
            case DEGRADED -> 1;
            case UNHEALTHY -> 2;
        };
    }

    private static int severity(CheckStatus status) {
        return switch (status) {
            case HEALTHY -> 0;
            case WARNING -> 1;
            case CRITICAL -> 2;
            case ERROR -> 3;
        };
    }
}
