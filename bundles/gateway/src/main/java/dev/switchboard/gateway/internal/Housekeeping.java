package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.internal.output.OutputRuntime;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done for every session now and then. Called by one thread. */
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

    Housekeeping(
            Services services,
            Registry registry,
            Access access,
            Statistics statistics,
            ConnectRates rates,
            OutputRuntime output,
            Executor pool) {
        this.services = services;
        this.registry = registry;
        this.access = access;
        this.statistics = statistics;
        this.rates = rates;
        this.output = output;
        this.pool = pool;
    }

    void tick() {
        try {
            statistics.tick();
            Settings settings = services.settings();
            rates.forget(settings);
            output.tidy();
            Instant now = services.clock().instant();
            ObjectNode stats = null;
            for (Session session : registry.all()) {
                if (session.monitor().isAuthenticationOverdue()) {
                    session.turnAway("authentication took too long");
                }
                if (session.monitor().isExpired(now)) {
                    session.turnAway("the token has expired");
                }
                if (session.monitor().isStatsDue(settings)) {
                    stats = stats != null ? stats : statistics.data();
                    session.send("server_stats", stats);
                }
                if (session.monitor().isCheckDue()) {
                    check(session);
                }
                session.monitor().tellCondition(settings);
            }
        } catch (RuntimeException | Error e) {
            // The next round may do better; without this there would be none.
            LOG.error("looking after the sessions failed", e);
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
