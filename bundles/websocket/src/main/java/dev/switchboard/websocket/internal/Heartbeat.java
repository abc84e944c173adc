package dev.switchboard.websocket.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.ClientSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.OutgoingFrames;

/**
 * Sends pings and tells when a connection is dead or idle. Nothing is held against a peer while its frames are not
 * read, nor while it is in the middle of a message, in which it may not be able to answer.
 */
final class Heartbeat {
    private static final long NONE = Long.MIN_VALUE;

    private final OutgoingFrames frames;
    private final LongSupplier nanoTime;
    private volatile long lastInbound;
    private volatile long lastPiece;
    private volatile boolean reading = true;
    private volatile long lastPing;
    private volatile long pingWritten = NONE;
    private volatile long pingId;
    private long pings;

    Heartbeat(OutgoingFrames frames, LongSupplier nanoTime) {
        this.frames = frames;
        this.nanoTime = nanoTime;
        lastInbound = nanoTime.getAsLong();
        lastPiece = lastInbound;
        lastPing = lastInbound;
    }

    /** A frame came. */
    void inbound() {
        lastInbound = nanoTime.getAsLong();
    }

    /** A piece of an unfinished message came. */
    void piece() {
        lastPiece = nanoTime.getAsLong();
    }

    void pause() {
        reading = false;
    }

    void resume() {
        lastInbound = nanoTime.getAsLong();
        lastPiece = lastInbound;
        reading = true;
    }

    /** A pong came; one that nobody asked for is none. */
    void pong(ByteBuffer payload, ClientSession session) {
        if (pingId != 0 && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == pingId) {
            pingId = 0;
            session.pong(Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - lastPing)));
        }
    }

    /**
     * Pings if it is time to.
     *
     * @return whether the connection is to be closed as dead or idle
     */
    boolean check(Settings settings, ClientSession session) {
        long now = nanoTime.getAsLong();
        if (pingId != 0) {
            return reading && isPongLate(now, settings) || isIdle(now, settings, session);
        }
        Duration interval = settings.get(ServerSettings.TIMEOUTS_PING);
        if (!interval.isZero() && now - lastPing >= interval.toNanos()) {
            ping(now);
        }
        return isIdle(now, settings, session);
    }

    /** In how many nanoseconds something is to be done; 0 if that cannot be told. */
    long untilNext(Settings settings) {
        long now = nanoTime.getAsLong();
        long next = Long.MAX_VALUE;
        if (pingId != 0) {
            long written = pingWritten;
            next = written == NONE
                    ? 0
                    : settings.get(ServerSettings.TIMEOUTS_PONG).toNanos() - (now - written);
        } else if (!settings.get(ServerSettings.TIMEOUTS_PING).isZero()) {
            next = settings.get(ServerSettings.TIMEOUTS_PING).toNanos() - (now - lastPing);
        }
        Duration idle = settings.get(ServerSettings.TIMEOUTS_IDLE);
        if (!idle.isZero()) {
            next = Math.min(next, idle.toNanos() - (now - lastInbound));
        }
        return Math.max(0, next);
    }

    private boolean isPongLate(long now, Settings settings) {
        long written = pingWritten;
        long limit = settings.get(ServerSettings.TIMEOUTS_PONG).toNanos();
        return written != NONE && now - written > limit && now - lastPiece > limit;
    }

    private boolean isIdle(long now, Settings settings, ClientSession session) {
        Duration limit = settings.get(ServerSettings.TIMEOUTS_IDLE);
        return reading && !limit.isZero() && now - lastInbound > limit.toNanos() && session.mayIdle();
    }

    private void ping(long now) {
        lastPing = now;
        pingWritten = NONE;
        pingId = ++pings;
        ByteBuffer payload = ByteBuffer.allocate(Long.BYTES).putLong(pingId).flip();
        // Counted from when it is written: until then it may wait behind output, which has a time-out of its own.
        Callback written = Callback.from(() -> pingWritten = nanoTime.getAsLong(), failure -> {});
        frames.sendFrame(new Frame(OpCode.PING, payload), written, false);
    }

    @Override
    public String toString() {
        long silent = NANOSECONDS.toMillis(nanoTime.getAsLong() - lastInbound);
        return "Heartbeat[silent for " + silent + " ms" + (pingId == 0 ? "]" : ", pinged]");
    }
}
