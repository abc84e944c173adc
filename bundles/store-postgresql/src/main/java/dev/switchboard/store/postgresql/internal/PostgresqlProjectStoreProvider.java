package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.project.ProjectStoreProvider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the project store in the database of {@code postgresql.url}. Until then it has neither connections nor threads. */
@Component(
        service = {ProjectStoreProvider.class, PostgresqlProjectStoreProvider.class}, // the latter for the health check
        immediate = true,
        property = ProjectStoreProvider.NAME + "=postgresql")
public final class PostgresqlProjectStoreProvider implements ProjectStoreProvider {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlProjectStoreProvider.class);

    /** How long the server has to close a registry of its own accord. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Duration grace;
    private final Queue<PostgresqlProjectRegistry> opened = new ConcurrentLinkedQueue<>();

    @Activate
    public PostgresqlProjectStoreProvider(@Reference Configuration configuration) {
        this(configuration, GRACE);
    }

    PostgresqlProjectStoreProvider(Configuration configuration, Duration grace) {
        this.configuration = configuration;
        this.grace = grace;
    }

    @Override
    public ProjectRegistry open() {
        try {
            Database database = new Database(ConnectionSettings.of(configuration.settings()));
            PostgresqlProjectRegistry registry =
                    PostgresqlProjectRegistry.open(new Ownership(database, Ownership.Kind.PROJECTS));
            opened.clear(); // it was free, so whatever was opened before is closed
            opened.add(registry);
            return registry;
        } catch (SQLException e) {
            // Clients may get to see the message, the log the cause.
            throw SqlErrors.unavailable("project store", SqlErrors.whyNotOpened(e), e);
        }
    }

    /** Whether the registry can be changed now; empty if none is open. */
    Optional<Boolean> connected() {
        return opened.stream()
                .filter(registry -> !registry.isClosed())
                .map(PostgresqlProjectRegistry::isConnected)
                .findFirst();
    }

    /** The server closes what it opened when this service goes; what it has not closed in time is closed here. */
    @Deactivate
    void deactivate() {
        for (PostgresqlProjectRegistry registry : opened) {
            if (!registry.awaitClosed(grace)) {
                LOG.warn("The project store was still open; it is closed now");
                registry.close();
            }
        }
        opened.clear();
    }
}
