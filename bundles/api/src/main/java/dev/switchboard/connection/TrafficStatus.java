package dev.switchboard.connection;

import dev.switchboard.connection.ConnectionStatus.Volume;
import java.util.Objects;

/**
 * What goes over all connections; a snapshot.
 *
 * @param connections how many there are
 * @param received what came since the server started
 * @param sent what was sent since then
 * @param messagesPerSecond both ways, over the last seconds
 */
public record TrafficStatus(int connections, Volume received, Volume sent, double messagesPerSecond) {
    public TrafficStatus {
        Objects.requireNonNull(received, "received");
        Objects.requireNonNull(sent, "sent");
    }
}
