package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H1 single checks make a whole")
class VerdictTest {
    @Test
    void allIsWellIfEveryCheckIs() {
        assertEquals(HealthStatus.HEALTHY, verdict("cpu", CheckStatus.HEALTHY).status());
    }

    @ParameterizedTest
    @CsvSource({"HEALTHY, HEALTHY", "WARNING, DEGRADED", "CRITICAL, UNHEALTHY", "ERROR, UNHEALTHY"})
    void whatIsRequiredDecides(CheckStatus check, HealthStatus whole) {
        for (String name : List.of("socket", "registry", "log")) {
            assertEquals(whole, verdict(name, check).status(), name);
        }
    }

    @ParameterizedTest
    @EnumSource(value = CheckStatus.class, names = "HEALTHY", mode = EnumSource.Mode.EXCLUDE)
    void anythingElseOnlyDegrades(CheckStatus check) {
        assertEquals(HealthStatus.DEGRADED, verdict("memory", check).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "registry", "log"})
    void whatIsRequiredAndMissingIsCritical(String name) {
        Map<String, Check> checks = required();
        checks.remove(name);
        HealthReport report = Verdict.of(checks, Instant.EPOCH);
        assertEquals(HealthStatus.UNHEALTHY, report.status());
        assertEquals(CheckStatus.CRITICAL, report.checks().get(name).status());
        assertTrue(report.checks().get(name).message().orElseThrow().contains("not installed or not started"));
    }

    @Test
    void theWorstCountsInAnyOrder() {
        Map<String, Check> checks = required();
        checks.put("log", Checks.of(CheckStatus.CRITICAL, "gone"));
        checks.put("memory", Checks.of(CheckStatus.WARNING, "little"));
        assertEquals(HealthStatus.UNHEALTHY, Verdict.of(checks, Instant.EPOCH).status());
    }

    private static HealthReport verdict(String name, CheckStatus status) {
        Map<String, Check> checks = required();
        checks.put(name, status == CheckStatus.HEALTHY ? Checks.healthy(Map.of()) : Checks.of(status, "so"));
        return Verdict.of(checks, Instant.EPOCH);
    }

    private static Map<String, Check> required() {
        Map<String, Check> checks = new LinkedHashMap<>();
        for (String name : List.of("socket", "registry", "log")) {
            checks.put(name, Checks.healthy(Map.of()));
        }
        return checks;
    }
}
