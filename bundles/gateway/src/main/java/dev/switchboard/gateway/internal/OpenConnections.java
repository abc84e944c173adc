package dev.switchboard.gateway.internal;

import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.TrafficStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open sessions as those see them who look after the server. */
final class OpenConnections implements ConnectionRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    private final Registry registry;
    private final Statistics statistics;

    OpenConnections(Registry registry, Statistics statistics) {
        this.registry = registry;
        this.statistics = statistics;
    }

    @Override
    public List<ConnectionStatus> list() {
        return registry.all().stream()
                .map(Session::status)
                .sorted(Comparator.comparing(ConnectionStatus::since).thenComparing(ConnectionStatus::id))
                .toList();
    }

    @Override
    public boolean close(String id) {
        Optional<Session> session = registry.find(id);
        session.ifPresent(found -> {
            LOG.info("session {} is closed by an operator", id);
            found.turnAway("closed by an operator"); // with CLOSED_BY_OPERATOR, as everybody who is not wanted
        });
        return session.isPresent();
    }

    @Override
    public TrafficStatus traffic() {
        return statistics.traffic();
    }
}
