package dev.switchboard.gateway;

import dev.switchboard.security.Principal;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets clients in and gives each a session. Used by edges; safe for use by many threads.
 *
 * <p>When the service goes, every session closes its connection with 1001; an edge then refuses upgrades with 503 until
 * there is a gateway again.
 */
@ProviderType
public interface Gateway {
    /**
     * Decides about a connection before its handshake. Whether Origin and Host are allowed is for the edge to check
     * first. An admission that does not become a session has to be {@link Admission#close() closed}, or it would count
     * as a connection for ever.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code UNAUTHORIZED} for a token that is not valid,
     *         {@code CONNECTION_LIMIT} (with {@code details.retry_after_ms}), {@code SERVICE_UNAVAILABLE} while nobody can
     *         authenticate
     */
    Admission admit(ConnectRequest request);

    /**
     * Begins a session; the admission is used up. Called after the handshake, before the first message is handed over.
     */
    ClientSession open(Admission admission, ClientConnection connection);

    /**
     * Who sends an HTTP request; with {@code auth.mode=none}, an admin.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code UNAUTHORIZED} without a valid token,
     *         {@code CONNECTION_LIMIT} for an address that has tried too many, {@code SERVICE_UNAVAILABLE} while nobody can
     *         authenticate
     */
    Principal authenticate(ConnectRequest request);

    /**
     * Whether somebody could be let in just now and be answered: with {@code auth.mode=token} there has to be an authenticator,
     * and each request of the protocol needs somebody who handles it.
     */
    boolean ready();

    /**
     * A wish to connect.
     *
     * @param remoteAddress the peer's address without port, as far as it can be trusted
     * @param token from the {@code Authorization} header or the query, if there was one
     */
    record ConnectRequest(String remoteAddress, Optional<String> token) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "ConnectRequest[from " + remoteAddress + "]";
        }
    }

    /** The right to one connection. Closing it twice, or after it was used up, does nothing. */
    @ProviderType
    interface Admission extends AutoCloseable {
        /** Who connects; empty if they have yet to send an {@code auth} frame. */
        Optional<Principal> principal();

        @Override
        void close();
    }
}
