package dev.switchboard.store.postgresql.internal;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.switchboard.concurrent.NamedThreads;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** The connections that are read with, each by one reader at a time, which sees one state of the database. */
final class ReadPool implements AutoCloseable {
    /** What is not used for so long is given back. */
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** Connects when it is first used. */
    private final HikariDataSource pool = new HikariDataSource();

    private volatile Runnable ended = () -> {};

    ReadPool(Database database) {
        ConnectionSettings settings = database.settings();
        pool.setPoolName("switchboard-postgresql");
        pool.setDataSource(database.source());
        pool.setMaximumPoolSize(settings.readers());
        pool.setMinimumIdle(1);
        pool.setIdleTimeout(IDLE_MILLIS);
        pool.setConnectionTimeout(settings.connect().toMillis());
        pool.setValidationTimeout(settings.connect().toMillis() / 2);
        pool.setInitializationFailTimeout(-1);
        pool.setAutoCommit(false);
        pool.setReadOnly(true);
        pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        pool.setThreadFactory(new NamedThreads("switchboard-postgresql-pool"));
    }

    /** Waits for a connection no longer than connecting may take; tries again once if it turns out to be one that has ended. */
    <T> T use(Database.Use<T> use) throws SQLException {
        try {
            return once(use);
        } catch (SQLException e) {
            if (!SqlErrors.endsConnection(e) || pool.isClosed()) {
                throw e;
            }
            ended.run();
            pool.getHikariPoolMXBean().softEvictConnections(); // the others have probably ended too
            return once(use);
        }
    }

    private <T> T once(Database.Use<T> use) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            T result = use.with(connection);
            connection.commit();
            return result;
        }
    }

    /** Has something done when a connection turns out to have ended. */
    void whenEnded(Runnable task) {
        ended = task;
    }

    /** How many connections there are. */
    int size() {
        HikariPoolMXBean running = pool.getHikariPoolMXBean();
        return running == null ? 0 : running.getTotalConnections();
    }

    @Override
    public void close() {
        pool.close();
    }
}
