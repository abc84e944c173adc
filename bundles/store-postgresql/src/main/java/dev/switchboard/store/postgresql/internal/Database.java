package dev.switchboard.store.postgresql.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes connections, none of which waits for an answer for ever. */
final class Database {
    /** PostgreSQL gives up a statement by itself a little before the connection would be given up. */
    private static final long EARLIER_MILLIS = 500;
    /** Has the database notice within half a minute that a server's machine is gone, and free what it held. */
    private static final String KEEPALIVE =
            " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /**
     * Every query has an index that gives its rows in order, so that it can stop when the page is full. What the database knows of a
     * log that has just grown would often have it read and sort all of it instead.
     */
    private static final String PLANS = " -c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off"
            + " -c enable_bitmapscan=off -c enable_sort=off";

    /** What is done with a connection. */
    @FunctionalInterface
    interface Use<T> {
        T with(Connection connection) throws SQLException;
    }

    private final ConnectionSettings settings;
    private final PGSimpleDataSource source;

    /** @throws SQLException if the URL is not one of the driver's */
    Database(ConnectionSettings settings) throws SQLException {
        this.settings = settings;
        this.source = new PGSimpleDataSource();
        try {
            source.setURL(settings.url());
        } catch (IllegalArgumentException e) {
            throw new SQLException("postgresql.url is not a URL that the driver knows", "08001", e);
        }
        source.setUser(settings.user());
        if (!settings.password().isEmpty()) {
            source.setPassword(settings.password());
        }
        source.setCurrentSchema(settings.schema());
        source.setApplicationName("switchboard " + settings.schema());
        source.setConnectTimeout(seconds(settings.connect().toSeconds()));
        source.setLoginTimeout(seconds(settings.connect().toSeconds()));
        source.setSocketTimeout(seconds(settings.timeout().toSeconds()));
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        // Contents are bytes: as text they would be twice as long.
        source.setPrepareThreshold(-1);
        source.setTargetServerType("primary");
        long statement = Math.max(EARLIER_MILLIS, settings.timeout().toMillis() - EARLIER_MILLIS);
        source.setOptions("-c statement_timeout=" + statement + " -c lock_timeout=" + statement + PLANS + KEEPALIVE);
    }

    private static int seconds(long seconds) {
        return (int) Math.min(Integer.MAX_VALUE / 1000, seconds);
    }

    ConnectionSettings settings() {
        return settings;
    }

    DataSource source() {
        return source;
    }

    /** A connection whose transactions are begun by what is done with it. */
    Connection connect() throws SQLException {
        Connection connection = source.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /** Runs one statement without a result. */
    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // it was of no use any more
        }
    }

    /** @return whether the connection is good for another transaction */
    static boolean rollBack(Connection connection) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
