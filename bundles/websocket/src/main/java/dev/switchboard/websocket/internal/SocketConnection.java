package dev.switchboard.websocket.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.switchboard.concurrent.Agenda;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.gateway.Gateway.Admission;
import dev.switchboard.logging.LogContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from its admission to its end: what goes out, how it is closed, and the time limits. What
 * comes in is for {@link SocketReader}.
 */
final class SocketConnection implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);

    /** From the admission to the end of the handshake. */
    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Its gateway closes its sessions when it goes; after this time the edge does. */
    private static final long ORPHAN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A peer that takes its time to take what is under way gets that many write time-outs until it is cut off. */
    private static final int CLOSE_PATIENCE = 6;

    /** For how long nobody has to look after one that has nothing else to wait for. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long NONE = Long.MIN_VALUE;

    private final Gateway gateway;
    private final Admission admission;
    private final String remoteAddress;
    private final EdgeTools tools;
    private final long createdAt;
    private final SessionCalls calls = new SessionCalls(this::sessionFailed);
    private final Agenda.Entry<SocketConnection> rounds;
    private final AtomicReference<CloseReason> closing = new AtomicReference<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private volatile long closingSince;
    private volatile long orphanedAt = NONE;
    private volatile CoreSession core;
    private volatile ProgressEndPoint socket;
    private volatile Heartbeat heartbeat;
    private volatile Runnable onClosing = () -> {};
    private volatile ClientSession session;
    /** Whether the session has had its last call; touched within calls only. */
    private boolean ended;

    SocketConnection(Gateway gateway, Admission admission, String remoteAddress, EdgeTools tools) {
        this.gateway = gateway;
        this.admission = admission;
        this.remoteAddress = remoteAddress;
        this.tools = tools;
        this.createdAt = now();
        this.rounds = tools.connections().agenda().entry(this);
    }

    /**
     * The handshake is over.
     *
     * @param released called once the connection is to be closed: what the peer sends is to be read on and dropped
     * @return the session; {@code null} if there is none and the connection is being closed
     */
    ClientSession open(CoreSession openedCore, ProgressEndPoint openedSocket, Heartbeat beat, Runnable released) {
        core = openedCore;
        socket = openedSocket;
        heartbeat = beat;
        onClosing = released;
        openedSocket.onStuck(rounds::call);
        CloseReason early = closing.get();
        if (early != null) {
            sendClose(early);
            return null;
        }
        try {
            session = gateway.open(admission, this);
            tools.figures().opened.increment();
            return session;
        } catch (RuntimeException e) {
            LOG.warn("no session for the connection from {}", remoteAddress, e);
            close(CloseReason.TRY_AGAIN_LATER, "try again later");
            return null;
        }
    }

    /** Calls the session, one call at a time, unless it has been told that the connection is closed. */
    void call(Runnable call) {
        calls.run(() -> {
            if (!ended) {
                call.run();
            }
        });
    }

    private void sessionFailed(Throwable failure) {
        inContext(() -> LOG.error("the session of the connection from {} failed", remoteAddress, failure));
        close(CloseReason.INTERNAL_ERROR, "internal error");
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void send(List<ByteBuffer> wire, SendCallback callback) {
        // Called by the thread that writes, be it this one: what it does is short, and another thread costs as much as
        // the write.
        Callback done = Callback.from(
                InvocationType.NON_BLOCKING, () -> complete(callback, null), failure -> complete(callback, failure));
        List<ByteBuffer> frames = new ArrayList<>(wire.size());
        for (ByteBuffer buffer : wire) {
            if (buffer.hasRemaining()) {
                frames.add(buffer);
            }
        }
        if (frames.isEmpty()) {
            done.succeeded();
        } else {
            tools.writer().write(core, frames, done);
        }
    }

    private void complete(SendCallback callback, Throwable failure) {
        try {
            callback.done(failure);
        } catch (RuntimeException e) {
            inContext(() -> LOG.error("a send's callback failed", e));
        }
    }

    @Override
    public void close(int code, String reason) {
        CloseReason why = new CloseReason(code, reason);
        if (beginClosing(why) && core != null) {
            sendClose(why);
        }
    }

    /** The peer wishes to close; Jetty answers. */
    void peerCloses(CloseReason why) {
        beginClosing(why);
    }

    private boolean beginClosing(CloseReason why) {
        if (isClosing()) {
            return false;
        }
        closingSince = now(); // before it is seen to be closing
        boolean begun = closing.compareAndSet(null, why);
        rounds.call();
        return begun;
    }

    private void sendClose(CloseReason why) {
        core.sendFrame(new HandshakeClose(why.code(), why.reason()).toFrame(), Callback.NOOP, false);
        onClosing.run();
    }

    boolean isClosing() {
        return closing.get() != null;
    }

    /** The gateway that this connection came to has gone. */
    void orphan() {
        orphanedAt = now();
        rounds.call();
    }

    boolean belongsTo(Gateway other) {
        return gateway == other;
    }

    /** When somebody has to look after it. */
    Agenda.Entry<SocketConnection> rounds() {
        return rounds;
    }

    /** In how many nanoseconds a limit may be passed, as far as that can be told. */
    long untilNext(Settings settings) {
        if (core == null || session == null || isClosing() || orphanedAt != NONE || socket.stuckNanos() > 0) {
            return 0;
        }
        return Math.min(REST_NANOS, heartbeat.untilNext(settings));
    }

    /** Enforces the time limits. */
    void enforceLimits(Settings settings) {
        long writeLimit = settings.get(ServerSettings.TIMEOUTS_WRITE).toNanos();
        if (core == null) {
            if (now() - createdAt > HANDSHAKE_NANOS) {
                finish(CloseReason.ABNORMAL, "no handshake");
            }
            return;
        }
        boolean stuck = isStuck(writeLimit);
        if (isClosing()) {
            long since = now() - closingSince;
            boolean waiting = socket.stuckNanos() > 0;
            if (stuck || since > (waiting ? CLOSE_PATIENCE * writeLimit : writeLimit)) {
                abort();
            }
        } else if (stuck) {
            inContext(() -> LOG.info(
                    "the client at {} has taken nothing for {} s", remoteAddress, NANOSECONDS.toSeconds(writeLimit)));
            close(CloseReason.SLOW);
        } else if (orphanedAt != NONE && now() - orphanedAt > ORPHAN_NANOS) {
            close(CloseReason.SHUTDOWN);
        } else if (session != null && heartbeat.check(settings, session)) {
            inContext(() -> LOG.debug("the client at {} is silent: {}", remoteAddress, heartbeat));
            close(CloseReason.TIMEOUT);
        }
    }

    private boolean isStuck(long limit) {
        if (socket.stuckNanos() > limit / 2) {
            socket.nudge();
        }
        return socket.stuckNanos() > limit && (!isClosing() || now() - closingSince > limit);
    }

    void close(CloseReason why) {
        close(why.code(), why.reason());
    }

    /** Cuts the connection off. */
    void abort() {
        CoreSession opened = core;
        if (opened != null) {
            opened.abort();
        }
        finish(CloseReason.ABNORMAL, "cut off");
    }

    /** The connection is gone; only the first call counts, and a close that was begun says why. */
    void finish(int code, String reason) {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        CloseReason begun = closing.get();
        CloseReason why = begun != null ? begun : new CloseReason(code, reason);
        tools.connections().remove(this);
        tools.figures().closed(why.code());
        ClientSession opened = session;
        if (opened == null) {
            admission.close();
            return;
        }
        calls.run(() -> {
            ended = true;
            opened.closed(why.code(), why.reason());
        });
    }

    /** Logs something with the session that it is about, if there is one. */
    void inContext(Runnable logging) {
        ClientSession opened = session;
        if (opened == null) {
            logging.run();
        } else {
            LogContext.current().withSession(opened.id()).run(logging);
        }
    }

    private long now() {
        return tools.nanoTime().getAsLong();
    }

    @Override
    public String toString() {
        ClientSession opened = session;
        return "SocketConnection[" + (opened == null ? "no session" : opened.id()) + " from " + remoteAddress + "]";
    }
}
