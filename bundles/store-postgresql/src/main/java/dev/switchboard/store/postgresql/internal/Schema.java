package dev.switchboard.store.postgresql.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables: made when the store is first opened, brought up to date by a server that knows a newer version of them. */
final class Schema {
    /** Each brings the schema from the version before to its own, the first one to 1. */
    private static final List<String> SCRIPTS = List.of("schema-1.sql");

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final int OLDEST_POSTGRESQL = 13;
    /** What servers that make the same schema at once wait for: "swtchbrd". */
    private static final long MAKING = 0x7377746368627264L;

    private Schema() {}

    /** Something that only people can put right. */
    static final class UnusableException extends SQLException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message, "0A000");
        }
    }

    /**
     * Sees to it that the tables are there and those that this server knows.
     *
     * @throws UnusableException if a newer server made them, or the database is not one that can be used
     */
    static void prepare(Connection connection, String name) throws SQLException {
        check(connection);
        try {
            if (versionOf(connection, name) < SCRIPTS.size()) {
                make(connection, name);
            }
            int version = versionOf(connection, name);
            if (version > SCRIPTS.size()) {
                throw new UnusableException("the schema " + name + " is of version " + version
                        + ", and this server knows versions up to " + SCRIPTS.size()
                        + "; start the server that it was last used by, or a newer one");
            }
            connection.commit();
        } catch (SQLException e) {
            Database.rollBack(connection);
            throw e;
        }
    }

    private static void check(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_POSTGRESQL) {
            throw new UnusableException(
                    "this is PostgreSQL " + version + "; expected " + OLDEST_POSTGRESQL + " or newer");
        }
        String encoding = text(connection, "SHOW server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new UnusableException("the database's encoding is " + encoding + "; expected UTF8");
        }
        for (String setting : List.of("fsync", "full_page_writes")) {
            if (!text(connection, "SHOW " + setting).equals("on")) {
                LOG.warn(
                        "PostgreSQL runs with {} = off: if its machine stops, records that were shown may be lost",
                        setting);
            }
        }
    }

    /** 0 if it is not there. */
    private static int versionOf(Connection connection, String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            query.setString(1, name + ".store");
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                if (!rows.getBoolean(1)) {
                    return 0;
                }
            }
        }
        return Integer.parseInt(text(connection, "SELECT max(version) FROM " + name + ".store"));
    }

    private static void make(Connection connection, String name) throws SQLException {
        text(connection, "SELECT pg_advisory_lock(" + MAKING + ")::text");
        connection.commit(); // only a new transaction sees for sure what another server has made meanwhile
        int version = versionOf(connection, name);
        if (text(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = '" + name + "'")
                .equals("0")) {
            Database.run(connection, "CREATE SCHEMA " + name);
        }
        for (int next = version; next < SCRIPTS.size(); next++) {
            for (String statement : script(SCRIPTS.get(next)).split(";\n")) {
                Database.run(connection, statement); // the driver looks at all of a text before it runs the first
            }
            Database.run(connection, "UPDATE store SET version = " + (next + 1));
        }
        connection.commit();
        LOG.info("The schema {} is of version {} now", name, SCRIPTS.size());
        text(
                connection,
                "SELECT pg_advisory_unlock(" + MAKING + ")"); // where something fails, the connection is closed
    }

    private static String script(String file) {
        try (InputStream in = Schema.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the bundle is damaged: " + file, e);
        }
    }

    /**
     * Which database this is: another text after it was restored from a dump, went back to an earlier state, or a standby took over,
     * so that records may be missing which people were shown.
     */
    static String identity(Connection connection) throws SQLException {
        return text(
                connection,
                "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' ||"
                        + " (SELECT timeline_id FROM pg_control_checkpoint()) || '/' || 'messages'::regclass::oid");
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
