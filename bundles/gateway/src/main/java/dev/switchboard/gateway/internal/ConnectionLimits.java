package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Counts connections, in all and from each address. Safe for use by many threads. */
final class ConnectionLimits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int total;

    /** One connection's place; giving it back twice does nothing. */
    final class Permit {
        private final String address;
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Permit(String address) {
            this.address = address;
        }

        void release() {
            if (held.compareAndSet(true, false)) {
                add(address, -1);
            }
        }
    }

    /** @throws SwitchboardException {@code CONNECTION_LIMIT} if there are as many as there may be */
    Permit acquire(String address, Settings settings) {
        lock.lock();
        try {
            check("connections", total, settings.get(ServerSettings.LIMITS_CONNECTIONS));
            check(
                    "connections_per_ip",
                    byAddress.getOrDefault(address, 0),
                    settings.get(ServerSettings.LIMITS_CONNECTIONS_PER_IP));
            add(address, 1);
            return new Permit(address);
        } finally {
            lock.unlock();
        }
    }

    private static void check(String resource, int current, int limit) {
        if (limit > 0 && current >= limit) {
            throw new SwitchboardException(
                    ErrorCode.CONNECTION_LIMIT,
                    "there are " + current + " connections and there may be " + limit
                            + (resource.equals("connections") ? "" : " from one address")
                            + "; close one or try again later",
                    Map.of(
                            "resource", resource,
                            "limit", limit,
                            "current", current,
                            "retry_after_ms", Services.RETRY_AFTER_MS));
        }
    }

    private void add(String address, int change) {
        lock.lock();
        try {
            total += change;
            byAddress.merge(address, change, (before, added) -> before + added == 0 ? null : before + added);
        } finally {
            lock.unlock();
        }
    }

    int total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }
}
