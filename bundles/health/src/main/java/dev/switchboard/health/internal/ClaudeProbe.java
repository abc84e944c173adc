package dev.switchboard.health.internal;

import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Whether the Claude CLI is installed, as its executor sees it. */
record ClaudeProbe(Supplier<String> path, Function<String, Optional<AgentExecutor>> executors) implements Probe {
    private static final String EXECUTOR = "claude";

    @Override
    public String name() {
        return "claude_cli";
    }

    @Override
    public Check check() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("path", path.get());
        Optional<AgentExecutor> executor = executors.apply(EXECUTOR);
        if (executor.isEmpty()) {
            return Checks.of(
                    CheckStatus.CRITICAL, "there is no executor \"" + EXECUTOR + "\"; install its bundle", figures);
        }
        AgentCapabilities capabilities = executor.get().capabilities();
        capabilities.program().ifPresent(program -> figures.put("resolved_path", program));
        capabilities.version().ifPresent(version -> figures.put("version", version));
        return capabilities
                .unavailable()
                .map(reason -> Checks.of(CheckStatus.CRITICAL, reason, figures))
                .orElseGet(() -> Checks.healthy(figures));
    }
}
