package dev.switchboard.store.postgresql.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The connection that everything is written with, and that holds the lock which keeps other servers out. Being the same one is what
 * makes two writers impossible: when the database takes the lock back, nothing can be written over this connection either, and who gets
 * the lock knows that nothing of the one before is still to come.
 *
 * <p>Used by one thread at a time.
 */
final class Ownership implements AutoCloseable {
    /** What is owned. */
    enum Kind {
        PROJECTS(1),
        MESSAGES(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Another server has it. */
    static final class HeldException extends SQLException {
        private static final long serialVersionUID = 1L;

        HeldException(String holder) {
            super(holder, "55P03");
        }
    }

    private record Backend(int pid, String start) {}

    private final Database database;
    private final Kind kind;
    private OptionalLong generation = OptionalLong.empty();
    private Optional<Backend> last = Optional.empty();
    private volatile Connection connection;

    Ownership(Database database, Kind kind) {
        this.database = database;
        this.kind = kind;
    }

    /**
     * Connects and takes the lock.
     *
     * @return whether nobody else has had it since it was last held by this object; false the first time
     * @throws HeldException if another server holds it
     */
    boolean take() throws SQLException {
        Connection fresh = database.connect();
        boolean done = false;
        try {
            Schema.prepare(fresh, database.settings().schema());
            endFormer(fresh);
            lock(fresh);
            boolean mine = isMine(fresh);
            fresh.commit();
            last = Optional.of(backend(fresh));
            fresh.commit();
            done = true;
            connection = fresh;
            return mine;
        } finally {
            if (!done) {
                Database.closeQuietly(fresh);
            }
        }
    }

    /** The database may not have noticed yet that the connection before is gone. */
    private void endFormer(Connection fresh) throws SQLException {
        if (last.isEmpty()) {
            return;
        }
        try (PreparedStatement end = fresh.prepareStatement(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND backend_start::text = ?")) {
            end.setInt(1, last.get().pid());
            end.setString(2, last.get().start());
            end.executeQuery();
        }
        fresh.commit();
    }

    private void lock(Connection fresh) throws SQLException {
        try (Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_try_advisory_lock(" + key() + ")")) {
            rows.next();
            if (!rows.getBoolean(1)) {
                throw new HeldException(holder(fresh));
            }
        }
    }

    /** Differs for each schema of a database. */
    private String key() {
        return "(('" + database.settings().schema() + ".owners')::regclass::oid::bigint << 8) + " + kind.number;
    }

    private String holder(Connection fresh) throws SQLException {
        String query =
                "SELECT a.pid, host(a.client_addr), a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        + " WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())"
                        + " AND (l.classid::bigint << 32) + l.objid::bigint = " + key();
        try (Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next()
                    ? "held by process " + rows.getInt(1) + " of the database, for a server at " + rows.getString(2)
                            + " that connected at " + rows.getString(3)
                    : "held by another server a moment ago";
        }
    }

    private boolean isMine(Connection fresh) throws SQLException {
        long present = number(fresh, "SELECT generation FROM owners WHERE kind = " + kind.number);
        if (generation.isPresent() && generation.getAsLong() == present) {
            return true;
        }
        generation = OptionalLong.of(number(
                fresh,
                "UPDATE owners SET generation = generation + 1 WHERE kind = " + kind.number + " RETURNING generation"));
        return false;
    }

    private static Backend backend(Connection fresh) throws SQLException {
        try (Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()")) {
            rows.next();
            return new Backend(rows.getInt(1), rows.getString(2));
        }
    }

    private static long number(Connection fresh, String sql) throws SQLException {
        try (Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What is owned, for people. */
    String what() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    boolean isHeld() {
        return connection != null;
    }

    /**
     * The connection; every transaction on it is committed or rolled back before the next one uses it.
     *
     * @throws SQLException if it was lost
     */
    Connection connection() throws SQLException {
        Connection present = connection;
        if (present == null) {
            throw new SQLException("the connection to the database was lost, and is not back yet", "08003");
        }
        return present;
    }

    /** Whether the database still answers. */
    boolean isAlive() {
        Connection present = connection;
        try (Statement statement = present.createStatement()) {
            statement.execute("SELECT 1");
            present.commit();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Gives the connection up: it failed, and nobody can tell what it still does. */
    void lose() {
        Connection present = connection;
        connection = null;
        if (present != null) {
            Database.closeQuietly(present);
        }
    }

    /** Has whoever waits for an answer wait no longer. From any thread. */
    void abort() {
        Connection present = connection;
        if (present != null) {
            try {
                present.abort(Runnable::run);
            } catch (SQLException e) {
                Database.closeQuietly(present);
            }
        }
    }

    /** Frees the lock, so that the next one need not wait until the database notices. */
    @Override
    public void close() {
        Connection present = connection;
        connection = null;
        if (present == null) {
            return;
        }
        try {
            Database.run(present, "SELECT pg_advisory_unlock(" + key() + ")");
            present.commit();
        } catch (SQLException e) {
            // the database frees it when it notices
        } finally {
            Database.closeQuietly(present);
        }
    }
}
