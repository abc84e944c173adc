package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.internal.output.Outbox;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Looks after one session now and then: when its next {@code server_stats} is due, whether it should have authenticated by
 * now, and how well it keeps up. All but {@link #heard}, {@link #pong} and {@link #begin} is called by one thread.
 */
final class SessionMonitor {
    /** How long somebody may take to authenticate. */
    private static final Duration AUTH_TIME = Duration.ofSeconds(10);

    /** How often somebody is asked about who may have been turned away meanwhile. */
    private static final Duration VALIDITY_TIME = Duration.ofSeconds(30);

    /** For how long nobody has to look after a session that has nothing else to wait for. */
    private static final Duration REST = Duration.ofSeconds(10);

    /** A send that takes longer than this is held up by the network; whoever is behind for longer is not just passing. */
    private static final Duration SLOW_AFTER = Duration.ofSeconds(1);

    private final Session session;
    private final LongSupplier nanoTime;
    private final long openedAt;
    private volatile long heardAt;
    private volatile long statsFrom;
    private volatile long pingNanos = -1;
    private volatile long checkedAt;
    private Condition told = Condition.HEALTHY;

    private enum Condition {
        HEALTHY,
        SLOW,
        STALE
    }

    SessionMonitor(Session session, LongSupplier nanoTime) {
        this.session = session;
        this.nanoTime = nanoTime;
        this.openedAt = nanoTime.getAsLong();
        this.heardAt = openedAt;
        this.statsFrom = openedAt;
        askSoon();
    }

    /** Something came in. */
    void heard() {
        heardAt = nanoTime.getAsLong();
    }

    void pong(Duration roundTrip) {
        heard();
        pingNanos = roundTrip.toNanos();
    }

    /** The session has authenticated: its time begins. */
    void begin() {
        statsFrom = nanoTime.getAsLong();
        askSoon();
    }

    /** Who is let in while their token is being revoked may not have been there to be told: the next round asks. */
    private void askSoon() {
        checkedAt = nanoTime.getAsLong() - VALIDITY_TIME.toNanos();
    }

    /** Whether the session had its time to authenticate and has not. */
    boolean isAuthenticationOverdue() {
        return session.principal().isEmpty() && since(openedAt) >= AUTH_TIME.toNanos();
    }

    /** Whether the time of the session's principal is over. */
    boolean isExpired(Instant now) {
        return session.principal().filter(who -> who.isExpired(now)).isPresent();
    }

    /** Whether it is time to ask whether the session's principal is still welcome; not again before a while. */
    boolean isCheckDue() {
        if (session.principal().isEmpty() || since(checkedAt) < VALIDITY_TIME.toNanos()) {
            return false;
        }
        checkedAt = nanoTime.getAsLong();
        return true;
    }

    /** Whether the next {@code server_stats} is due; not again before the interval is over. */
    boolean isStatsDue(Settings settings) {
        long interval = settings.get(ServerSettings.STATS).toNanos();
        long waited = since(statsFrom);
        if (session.principal().isEmpty() || waited < interval) {
            return false;
        }
        // The next one counts from when this one was due, unless so much time has passed that it makes no sense.
        statsFrom = waited < 2 * interval ? statsFrom + interval : nanoTime.getAsLong();
        return true;
    }

    /** In how many nanoseconds something is to be done for the session, as far as that can be told: 0 if it cannot. */
    long untilNext(Settings settings, Instant now) {
        Optional<Principal> who = session.principal();
        Outbox outbox = session.outbox();
        if (who.isEmpty() || told != Condition.HEALTHY || outbox.queuedBytes() > 0 || outbox.behindFor() > 0) {
            return 0;
        }
        long next = Math.min(REST.toNanos(), VALIDITY_TIME.toNanos() - since(checkedAt));
        next = Math.min(next, settings.get(ServerSettings.STATS).toNanos() - since(statsFrom));
        long stale = staleAfter(settings);
        if (stale > 0) {
            next = Math.min(next, stale - since(heardAt));
        }
        Optional<Instant> end = who.get().expiresAt();
        if (end.isPresent() && end.get().isBefore(now.plus(REST))) {
            next = Math.min(next, Duration.between(now, end.get()).toNanos());
        }
        return Math.max(0, next);
    }

    /** After how much silence a session is stale, in nanoseconds; 0 if it never is. */
    private static long staleAfter(Settings settings) {
        return settings.get(ServerSettings.TIMEOUTS_PING).toNanos() / 2 * 3;
    }

    /** Tells the session how it is, if that has changed. */
    void tellCondition(Settings settings) {
        Condition now = condition(settings);
        if (now != told && session.principal().isPresent()) {
            told = now;
            session.send("connection_health", data(now));
        }
    }

    private Condition condition(Settings settings) {
        Outbox outbox = session.outbox();
        long stale = staleAfter(settings);
        if (stale > 0 && since(heardAt) > stale) {
            return Condition.STALE;
        }
        boolean slow = outbox.sendingFor() > SLOW_AFTER.toNanos()
                || outbox.behindFor() > SLOW_AFTER.toNanos()
                || outbox.queuedBytes() > settings.get(ServerSettings.LIMITS_QUEUE_BYTES);
        return slow ? Condition.SLOW : Condition.HEALTHY;
    }

    private ObjectNode data(Condition condition) {
        ObjectNode data = Json.object();
        data.put("status", condition.name().toLowerCase(Locale.ROOT));
        data.put("session_id", session.id());
        long nanos = pingNanos;
        data.put("ping_ms", nanos < 0 ? null : nanos / 1000 / 1000.0);
        data.put("queued_bytes", session.outbox().queuedBytes());
        return data;
    }

    private long since(long time) {
        return nanoTime.getAsLong() - time;
    }
}
