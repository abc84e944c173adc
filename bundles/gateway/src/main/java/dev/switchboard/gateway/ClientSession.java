package dev.switchboard.gateway;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the server has for one connection. An edge calls {@link #text}, {@link #tooLarge} and {@link #closed} one at a time;
 * the others at any time. All return at once.
 *
 * <p>The edge itself answers pings, sends pings, and closes with 1001 {@code Connection timeout} for a missing pong or an
 * idle connection, with 1013 {@code slow consumer} when a send makes no progress for {@code timeouts.write.seconds}.
 */
@ProviderType
public interface ClientSession {
    /** Identifies the session in logs and in {@code connection_health}. */
    String id();

    /** The largest message that is accepted just now, in bytes: less before authentication. */
    long messageLimit();

    /**
     * Hands over a text message.
     *
     * @param utf8 the message, valid UTF-8; not changed afterwards
     * @param next called once, on any thread, when the session is ready for another message; the edge reads none before
     */
    void text(byte[] utf8, Runnable next);

    /** A message was larger than {@link #messageLimit()}: the session tells the client and closes with 1009. */
    void tooLarge();

    /** Whether an idle connection may be closed just now: not while it follows an executing project. */
    boolean mayIdle();

    /** A pong came back. */
    void pong(Duration roundTrip);

    /** The connection is gone, however that came about; the last call. */
    void closed(int code, String reason);
}
