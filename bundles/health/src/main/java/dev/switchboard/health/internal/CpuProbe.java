package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** How busy the processors are. Agents compile and test: only being busy for long is worth a word. */
final class CpuProbe implements Probe {
    private static final double BUSY_PERCENT = 95;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Machine machine;
    private final LongSupplier nanoTime;
    private OptionalLong busySince = OptionalLong.empty();

    CpuProbe(Machine machine, LongSupplier nanoTime) {
        this.machine = machine;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Check check() {
        OptionalDouble load = machine.cpuLoad();
        Map<String, Object> figures = new LinkedHashMap<>();
        if (load.isPresent()) {
            figures.put("usage_percent", Checks.percent(load.getAsDouble(), 1));
        }
        figures.put("cores", machine.cores());
        if (load.isEmpty() || load.getAsDouble() * 100 < BUSY_PERCENT) {
            busySince = OptionalLong.empty();
            return Checks.healthy(figures);
        }
        long now = nanoTime.getAsLong();
        long since = busySince.orElse(now);
        busySince = OptionalLong.of(since);
        return now - since < LONG.toNanos()
                ? Checks.healthy(figures)
                : Checks.of(
                        CheckStatus.WARNING,
                        "the processors have been busy for more than a minute; fewer parallel runs would be faster",
                        figures);
    }
}
