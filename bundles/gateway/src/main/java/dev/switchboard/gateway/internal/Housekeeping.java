package dev.switchboard.gateway.internal;

import dev.switchboard.config.Settings;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.gateway.internal.output.OutputRuntime;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for every session now and then. Called by one thread.
 */
final class Housekeeping {
    /** How often; bounds how late anything here is. */
    static final long PERIOD_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Services services;
    private final Registry registry;
    private final Access access;
    private final Statistics statistics;
    private final ConnectRates rates;
    private final OutputRuntime output;
    private final Executor pool;
    private final LongSupplier nanoTime;

    /** Those that the sessions' rests were reckoned with. */
    private Settings known;

    Housekeeping(
            Services services,
            Registry registry,
            Access access,
            Statistics statistics,
            ConnectRates rates,
            OutputRuntime output,
            Executor pool,
            LongSupplier nanoTime) {
        this.services = services;
        this.registry = registry;
        this.access = access;
        this.statistics = statistics;
        this.rates = rates;
        this.output = output;
        this.pool = pool;
        this.nanoTime = nanoTime;
    }

    void tick() {
        try {
            statistics.tick();
            Settings settings = services.settings();
            rates.forget(settings);
            output.tidy();
            Instant now = services.clock().instant();
            long nanos = nanoTime.getAsLong();
            Round round = new Round(settings, now, nanos);
            if (settings == known) {
                registry.agenda().round(nanos, round::lookAfter);
            } else {
                registry.agenda().roundOfAll(nanos, round::lookAfter);
                known = settings;
            }
        } catch (RuntimeException | Error e) {
            // The next round may do better; without this there would be none.
            LOG.error("looking after the sessions failed", e);
        }
    }

    /** One round. */
    private final class Round {
        private final Settings settings;
        private final Instant now;
        private final long nanos;
        /** Made when the first one is to have it. */
        private Outgoing stats;

        Round(Settings settings, Instant now, long nanos) {
            this.settings = settings;
            this.now = now;
            this.nanos = nanos;
        }

        /** Does what is to be done for a session, and says when to look after it again. */
        long lookAfter(Session session) {
            SessionMonitor monitor = session.monitor();
            if (monitor.isAuthenticationOverdue()) {
                session.turnAway("authentication took too long");
            }
            if (monitor.isExpired(now)) {
                session.turnAway("the token has expired");
            }
            if (monitor.isStatsDue(settings)) {
                stats = stats != null ? stats : session.message("server_stats", statistics.data());
                session.outbox().send(stats);
            }
            if (monitor.isCheckDue()) {
                check(session);
            }
            monitor.tellCondition(settings);
            return nanos + monitor.untilNext(settings, now);
        }
    }

    private void check(Session session) {
        try {
            pool.execute(() -> {
                try {
                    if (!session.identity().map(access::isValid).orElse(true)) {
                        session.turnAway("the token was revoked or has expired");
                    }
                } catch (RuntimeException | Error e) {
                    LOG.warn("an authenticator failed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the gateway is going");
        }
    }
}
