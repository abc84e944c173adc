package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import java.sql.SQLException;
import java.time.Clock;
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

/** Opens the message log in the database of {@code postgresql.url}. Until then it has neither connections nor threads. */
@Component(
        service = {
            MessageLogProvider.class,
            MetricSource.class,
            PostgresqlMessageLogProvider.class // for its health check
        },
        immediate = true,
        property = MessageLogProvider.NAME + "=postgresql")
public final class PostgresqlMessageLogProvider implements MessageLogProvider, MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlMessageLogProvider.class);

    /** How long the server has to close a log of its own accord. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Clock clock;
    private final Duration grace;
    private final LogFigures figures = new LogFigures();
    private final Configuration.Registration registration;
    private final Queue<PostgresqlMessageLog> opened = new ConcurrentLinkedQueue<>();
    private volatile LogPolicy policy;
    private volatile Optional<String> refusal = Optional.empty();

    @Activate
    public PostgresqlMessageLogProvider(@Reference Configuration configuration) {
        this(configuration, Clock.systemUTC(), GRACE);
    }

    PostgresqlMessageLogProvider(Configuration configuration, Clock clock, Duration grace) {
        this.configuration = configuration;
        this.clock = clock;
        this.grace = grace;
        this.registration = configuration.onChange(settings -> policy = LogPolicy.of(settings));
        this.policy = LogPolicy.of(configuration.settings());
    }

    @Override
    public MessageLog open() {
        try {
            PostgresqlMessageLog log = open(new Database(ConnectionSettings.of(configuration.settings())));
            opened.clear(); // it was free, so whatever was opened before is closed
            opened.add(log);
            refusal = Optional.empty();
            LOG.info("Message log opened");
            return log;
        } catch (SQLException e) {
            refusal = Optional.of(SqlErrors.whyNotOpened(e));
            // Clients may get to see the message, the log the cause.
            throw SqlErrors.unavailable(PostgresqlMessageLog.SERVICE, SqlErrors.whyNotOpened(e), e);
        }
    }

    private PostgresqlMessageLog open(Database database) throws SQLException {
        ReadPool pool = new ReadPool(database);
        LogWriter writer =
                new LogWriter(new Ownership(database, Ownership.Kind.MESSAGES), pool, () -> policy, clock, figures);
        boolean done = false;
        try {
            writer.take();
            PostgresqlMessageLog log = new PostgresqlMessageLog(writer, pool, figures);
            done = true;
            return log;
        } finally {
            if (!done) {
                pool.close();
            }
        }
    }

    private Optional<PostgresqlMessageLog> present() {
        return opened.stream().filter(log -> !log.isClosed()).findFirst();
    }

    /** Whether the log can be used now; empty if none is open. */
    Optional<Boolean> connected() {
        return present().map(PostgresqlMessageLog::isConnected);
    }

    /** Of how many projects records cannot be written. */
    int projectsFailing() {
        return present().map(log -> log.unwritable().size()).orElse(0);
    }

    /** Why the log could not be opened when that was last tried. */
    Optional<String> refusal() {
        return refusal;
    }

    LogFigures figures() {
        return figures;
    }

    @Override
    public void collect(MetricSink sink) {
        figures.collect(
                sink,
                present().map(PostgresqlMessageLog::readConnections).orElse(0),
                connected().orElse(false));
    }

    /** The server closes what it opened when this service goes; what it has not closed in time is closed here. */
    @Deactivate
    void deactivate() {
        registration.close();
        for (PostgresqlMessageLog log : opened) {
            if (!log.awaitClosed(grace)) {
                LOG.warn("The message log was still open; it is closed now");
                log.close();
            }
        }
        opened.clear();
    }
}
