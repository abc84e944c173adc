package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.gateway.internal.output.Traffic;
import dev.switchboard.protocol.Payloads;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The figures of {@code server_stats}. Used by one thread, but for {@link #traffic}. */
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
    private volatile double rate;

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
        Duration uptime = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
        return Payloads.serverStats(traffic(), projects, executions, uptime);
    }

    /** What goes over all connections. May be called by any thread. */
    TrafficStatus traffic() {
        return new TrafficStatus(registry.all().size(), traffic.received(), traffic.sent(), rate);
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
