package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.gateway.internal.output.Traffic;
import dev.switchboard.protocol.Json;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** The figures of {@code server_stats}. Used by one thread. */
final class Statistics {
    /** Short enough to follow what happens, long enough not to jump. */
    private static final long RATE_NANOS = 5_000_000_000L;

    private final Services services;
    private final Registry registry;
    private final Traffic traffic;
    private final LongSupplier nanoTime;
    // While a service is exchanged, what was last known holds.
    private ExecutionStats executions = new ExecutionStats(0, 0, 0, 0, 0);
    private int projects;
    private long rateFrom;
    private long rateMessages;
    private double rate;

    Statistics(Services services, Registry registry, Traffic traffic, LongSupplier nanoTime) {
        this.services = services;
        this.registry = registry;
        this.traffic = traffic;
        this.nanoTime = nanoTime;
        this.rateFrom = nanoTime.getAsLong();
    }

    /** Called often, to measure rates. */
    void tick() {
        long elapsed = nanoTime.getAsLong() - rateFrom;
        if (elapsed >= RATE_NANOS) {
            long messages = traffic.messagesSent() + traffic.messagesReceived();
            rate = Math.round((messages - rateMessages) * 1e10 / elapsed) / 10.0;
            rateMessages = messages;
            rateFrom += elapsed;
        }
    }

    ObjectNode data() {
        look();
        ObjectNode data = Json.object();
        data.put("connections", registry.all().size());
        data.put("projects", projects);
        ObjectNode runs = data.putObject("executions");
        runs.put("active", executions.active());
        runs.put("total", executions.total());
        runs.put("success", executions.success());
        runs.put("failed", executions.failed());
        runs.put("avg_duration_ms", executions.averageMillis());
        ObjectNode messages = data.putObject("messages");
        messages.put("sent", traffic.messagesSent());
        messages.put("received", traffic.messagesReceived());
        messages.put("rate_per_sec", rate);
        data.put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
        return data;
    }

    private void look() {
        try {
            projects = services.projects().list().size();
            executions = services.executions().stats();
        } catch (SwitchboardException e) {
            // missing just now
        }
    }
}
