package dev.switchboard.connection;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The connections that clients have just now. Safe for use by many threads; its methods return at once. */
@ProviderType
public interface ConnectionRegistry {
    /** How a connection is closed that somebody who looks after the server does not want: RFC 6455's "policy violation". */
    int CLOSED_BY_OPERATOR = 1008;

    /** All connections, the oldest first. */
    List<ConnectionStatus> list();

    /**
     * Closes a connection with {@link #CLOSED_BY_OPERATOR}, without what waits to be sent to it. Its client may connect again:
     * who is not to, must lose their token.
     *
     * @return whether there was one; it may take a moment to go
     */
    boolean close(String id);

    /** What goes over all connections. */
    TrafficStatus traffic();
}
