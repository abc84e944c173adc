package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.internal.Access.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts connections: in all, from each address, of each token, and from each address those that have not shown a token yet.
 * Safe for use by many threads.
 */
final class ConnectionLimits {
    private static final Count TOTAL = new Count(Kind.ALL, "");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Count, Integer> counts = new HashMap<>();

    /** What is counted. */
    private enum Kind {
        ALL("connections", "", ServerSettings.LIMITS_CONNECTIONS),
        ADDRESS("connections_per_ip", " from one address", ServerSettings.LIMITS_CONNECTIONS_PER_IP),
        STRANGERS(
                "connections_unauthenticated_per_ip",
                " from one address that have not authenticated",
                ServerSettings.LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP),
        TOKEN("connections_per_token", " with one token", ServerSettings.LIMITS_CONNECTIONS_PER_TOKEN);

        private final String resource;
        private final String which;
        private final Setting<Integer> limit;

        Kind(String resource, String which, Setting<Integer> limit) {
            this.resource = resource;
            this.which = which;
            this.limit = limit;
        }
    }

    private record Count(Kind kind, String of) {}

    /** One connection's place; giving it back twice does nothing. */
    final class Permit {
        private final Count address;
        /** The token that it counts for, or the strangers; empty for who needs no token. */
        private Optional<Count> holder;

        private boolean held = true;

        private Permit(Count address, Optional<Count> holder) {
            this.address = address;
            this.holder = holder;
        }

        /**
         * Somebody has shown who they are, and is no stranger any more.
         *
         * @throws SwitchboardException {@code CONNECTION_LIMIT} if their token has as many connections as it may have
         */
        void identified(Identity identity, Settings settings) {
            lock.lock();
            try {
                Optional<Count> now = holder(Optional.of(identity), address.of);
                if (!held || now.equals(holder)) {
                    return;
                }
                now.ifPresent(count -> check(count, settings));
                holder.ifPresent(count -> add(count, -1));
                now.ifPresent(count -> add(count, 1));
                holder = now;
            } finally {
                lock.unlock();
            }
        }

        void release() {
            lock.lock();
            try {
                if (held) {
                    held = false;
                    add(TOTAL, -1);
                    add(address, -1);
                    holder.ifPresent(count -> add(count, -1));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * @param address of the client, see {@link ClientNetwork}
     * @param identity who it is, if that is known
     * @throws SwitchboardException {@code CONNECTION_LIMIT} if there are as many as there may be
     */
    Permit acquire(String address, Optional<Identity> identity, Settings settings) {
        Count from = new Count(Kind.ADDRESS, address);
        Optional<Count> holder = holder(identity, address);
        lock.lock();
        try {
            check(TOTAL, settings);
            check(from, settings);
            holder.ifPresent(count -> check(count, settings));
            add(TOTAL, 1);
            add(from, 1);
            holder.ifPresent(count -> add(count, 1));
            return new Permit(from, holder);
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Count> holder(Optional<Identity> identity, String address) {
        return identity.isEmpty()
                ? Optional.of(new Count(Kind.STRANGERS, address))
                : identity.get().token().map(token -> new Count(Kind.TOKEN, token));
    }

    private void check(Count count, Settings settings) {
        int current = counts.getOrDefault(count, 0);
        int limit = settings.get(count.kind.limit);
        if (limit > 0 && current >= limit) {
            throw new SwitchboardException(
                    ErrorCode.CONNECTION_LIMIT,
                    "there are " + current + " connections" + count.kind.which + " and there may be " + limit
                            + "; close one or try again later",
                    Map.of(
                            "resource",
                            count.kind.resource,
                            "limit",
                            limit,
                            "current",
                            current,
                            "retry_after_ms",
                            Services.RETRY_AFTER_MS));
        }
    }

    private void add(Count count, int change) {
        counts.merge(count, change, (before, added) -> before + added == 0 ? null : before + added);
    }

    int total() {
        lock.lock();
        try {
            return counts.getOrDefault(TOTAL, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing at all is counted. */
    boolean isIdle() {
        lock.lock();
        try {
            return counts.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
