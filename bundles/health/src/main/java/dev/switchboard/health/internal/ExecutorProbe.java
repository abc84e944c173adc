package dev.switchboard.health.internal;

import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Whether the executor is there that projects use if they name none. */
record ExecutorProbe(Supplier<String> wanted, Function<String, Optional<AgentExecutor>> executors) implements Probe {
    @Override
    public String name() {
        return "executor";
    }

    @Override
    public Check check() {
        String name = wanted.get();
        return executors.apply(name).isPresent()
                ? Checks.healthy(Map.of())
                : Checks.of(
                        CheckStatus.CRITICAL,
                        "there is no executor \"" + name
                                + "\"; install its bundle, or let executor.default name another");
    }
}
