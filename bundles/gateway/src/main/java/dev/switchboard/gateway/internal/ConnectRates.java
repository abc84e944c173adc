package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** How fast each address connects, and guesses tokens. Safe for use by many threads. */
final class ConnectRates {
    private static final double SECONDS = 60;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TokenBucket> buckets = new HashMap<>();

    ConnectRates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Counts one attempt.
     *
     * @param address of the client, see {@link ClientNetwork}
     * @throws SwitchboardException {@code CONNECTION_LIMIT} if there were as many within a minute as there may be
     */
    void take(String address, Settings settings) {
        int limit = settings.get(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP);
        if (limit == 0) {
            return;
        }
        lock.lock();
        try {
            TokenBucket bucket = buckets.computeIfAbsent(address, any -> new TokenBucket(nanoTime));
            refuse(bucket.take(limit / SECONDS, limit), limit);
        } finally {
            lock.unlock();
        }
    }

    /** The same without counting it: fails if {@link #take} would. */
    void check(String address, Settings settings) {
        int limit = settings.get(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP);
        lock.lock();
        try {
            TokenBucket bucket = buckets.get(address);
            if (bucket != null && limit > 0) {
                refuse(bucket.wait(limit / SECONDS, limit), limit);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void refuse(OptionalLong wait, int limit) {
        if (wait.isPresent()) {
            throw new SwitchboardException(
                    ErrorCode.CONNECTION_LIMIT,
                    "this address connects more than " + limit + " times a minute; connect less often",
                    Map.of(
                            "resource",
                            "connects_per_minute_per_ip",
                            "limit",
                            limit,
                            "current",
                            limit,
                            "retry_after_ms",
                            wait.getAsLong()));
        }
    }

    /** Forgets addresses that have been quiet for so long that it makes no difference. */
    void forget(Settings settings) {
        int limit = settings.get(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP);
        lock.lock();
        try {
            buckets.values().removeIf(bucket -> limit == 0 || bucket.isFull(limit / SECONDS, limit));
        } finally {
            lock.unlock();
        }
    }

    /** Of how many addresses it remembers something. */
    int size() {
        lock.lock();
        try {
            return buckets.size();
        } finally {
            lock.unlock();
        }
    }
}
