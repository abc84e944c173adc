package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.internal.Machine.Heap;
import dev.switchboard.health.internal.Machine.Memory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much main memory there is for agents, and how much heap for the server. */
final class MemoryProbe implements Probe {
    private static final double WARNING_AVAILABLE_PERCENT = 10;
    private static final double CRITICAL_AVAILABLE_PERCENT = 3;
    private static final double WARNING_HEAP_PERCENT = 90;

    private final Machine machine;

    MemoryProbe(Machine machine) {
        this.machine = machine;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Check check() throws IOException {
        Memory memory = machine.memory();
        Heap heap = machine.heap();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("total_mb", Checks.megabytes(memory.total()));
        figures.put("available_mb", Checks.megabytes(memory.available()));
        figures.put("used_percent", Checks.percent(memory.total() - memory.available(), memory.total()));
        figures.put("heap_used_mb", Checks.megabytes(heap.used()));
        figures.put("heap_max_mb", Checks.megabytes(heap.max()));
        double available = memory.exact() ? 100.0 * memory.available() / memory.total() : 100;
        if (available < CRITICAL_AVAILABLE_PERCENT) {
            return Checks.of(
                    CheckStatus.CRITICAL, "the machine is about to run out of memory; end what is not needed", figures);
        }
        if (available < WARNING_AVAILABLE_PERCENT) {
            return Checks.of(CheckStatus.WARNING, "the machine has little memory left", figures);
        }
        if (100.0 * heap.live() >= WARNING_HEAP_PERCENT * heap.max()) {
            return Checks.of(
                    CheckStatus.WARNING, "the server's own heap is nearly full; start it with a larger -Xmx", figures);
        }
        return Checks.healthy(figures);
    }
}
