package dev.switchboard.connection;

import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A client's connection; a snapshot.
 *
 * @param id identifies it in logs too
 * @param principal who it is; empty if they have not proved that yet
 * @param remoteAddress the peer's address without port, as far as it can be trusted
 * @param since when it was opened
 * @param joined the projects that it has joined
 * @param received what came from it
 * @param sent what was sent to it
 * @param queuedBytes what waits to be sent or is under way
 */
public record ConnectionStatus(
        String id,
        Optional<Principal> principal,
        String remoteAddress,
        Instant since,
        Set<ProjectId> joined,
        Volume received,
        Volume sent,
        long queuedBytes) {
    public ConnectionStatus {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Objects.requireNonNull(since, "since");
        joined = Set.copyOf(joined);
        Objects.requireNonNull(received, "received");
        Objects.requireNonNull(sent, "sent");
    }

    /** How much went one way: messages, and their bytes. */
    public record Volume(long messages, long bytes) {}
}
