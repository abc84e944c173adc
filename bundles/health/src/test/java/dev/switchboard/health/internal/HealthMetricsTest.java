package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.metrics.MetricSink;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H1 H2 health as figures")
class HealthMetricsTest {
    @Test
    void theWorseTheMore() {
        Map<String, Check> checks = new TreeMap<>();
        for (CheckStatus status : CheckStatus.values()) {
            checks.put(status.wireName(), new Check(status, Optional.empty(), Map.of()));
        }
        assertEquals(
                "{health_status{check=critical}=2.0, health_status{check=error}=3.0, health_status{check=healthy}=0.0,"
                        + " health_status{check=warning}=1.0, health{}=1.0}",
                figures(new HealthReport(HealthStatus.DEGRADED, Instant.EPOCH, checks)));
    }

    @Test
    void unhealthyIsTheMost() {
        assertEquals("{health{}=0.0}", figures(new HealthReport(HealthStatus.HEALTHY, Instant.EPOCH, Map.of())));
        assertEquals("{health{}=2.0}", figures(new HealthReport(HealthStatus.UNHEALTHY, Instant.EPOCH, Map.of())));
    }

    private static String figures(HealthReport report) {
        Map<String, Double> figures = new TreeMap<>();
        HealthMonitor monitor = new HealthMonitor() {
            @Override
            public HealthReport report() {
                return report;
            }

            @Override
            public boolean ready() {
                return true;
            }
        };
        new HealthMetrics(monitor).collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                throw new IllegalStateException(name + " is no gauge");
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                figures.put(name + labels, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                throw new IllegalStateException(name + " is no gauge");
            }
        });
        return figures.toString();
    }
}
