package dev.switchboard.store.postgresql.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The rows of {@code logs} and what hangs on them. Each method is a part of the caller's transaction. */
final class LogRows {
    private final Connection connection;

    LogRows(Connection connection) {
        this.connection = connection;
    }

    /** The log of a project, made if there is none. */
    LogState open(ProjectId project, UUID mark) throws SQLException {
        Optional<LogState> present = find(project, mark);
        if (present.isPresent()) {
            return present.get();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO logs (project, epoch) VALUES (?, ?) RETURNING id")) {
            UUID epoch = UUID.randomUUID();
            insert.setObject(1, project.value());
            insert.setObject(2, epoch);
            long id = number(insert);
            return new LogState(new LogView(id, epoch, 1, 0), LogState.End.NOTHING, Map.of(), null);
        }
    }

    private Optional<LogState> find(ProjectId project, UUID mark) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT id, epoch, first_seq, unsynced FROM logs WHERE project = ?")) {
            query.setObject(1, project.value());
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                long id = rows.getLong(1);
                UUID epoch = rows.getObject(2, UUID.class);
                UUID unsynced = rows.getObject(4, UUID.class);
                if (unsynced != null && !unsynced.equals(mark)) {
                    epoch = renew(id); // what was shown when the database ended may be lost
                    unsynced = null;
                }
                LogState.End end = end(id);
                long first = rows.getLong(3);
                LogView view = new LogView(id, epoch, Math.min(first, end.seq() + 1), end.seq());
                return Optional.of(new LogState(view, end, kinds(id), unsynced));
            }
        }
    }

    /** Gives a log a new epoch. */
    private UUID renew(long log) throws SQLException {
        UUID epoch = UUID.randomUUID();
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE logs SET epoch = ?, unsynced = NULL WHERE id = ?")) {
            update.setObject(1, epoch);
            update.setLong(2, log);
            update.executeUpdate();
        }
        return epoch;
    }

    private LogState.End end(long log) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT seq, at, so_far FROM messages WHERE log = ? ORDER BY seq DESC LIMIT 1")) {
            query.setLong(1, log);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next()
                        ? new LogState.End(
                                rows.getLong(1),
                                rows.getObject(2, OffsetDateTime.class).toInstant(),
                                rows.getLong(3))
                        : LogState.End.NOTHING;
            }
        }
    }

    private Map<LogState.Kind, LogState.Count> kinds(long log) throws SQLException {
        Map<LogState.Kind, LogState.Count> kinds = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT k.kind, k.direction, k.type,"
                + " (SELECT m.nth FROM messages m WHERE m.log = k.log AND m.kind = k.kind ORDER BY m.seq DESC LIMIT 1)"
                + " FROM kinds k WHERE k.log = ?")) {
            query.setLong(1, log);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    LogState.Kind kind = new LogState.Kind(
                            Direction.valueOf(rows.getString(2).toUpperCase(Locale.ROOT)),
                            EscapedText.unescape(rows.getString(3)));
                    kinds.put(kind, new LogState.Count(rows.getInt(1), rows.getLong(4)));
                }
            }
        }
        return kinds;
    }

    /** Says that records of a log are shown which a crash of the database may lose; the commit must be synced. */
    void markUnsynced(long log, UUID mark) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE logs SET unsynced = ? WHERE id = ?")) {
            update.setObject(1, mark);
            update.setLong(2, log);
            update.executeUpdate();
        }
    }

    /** Takes back what {@link #markUnsynced} said, of all logs; the commit must be synced. */
    void allSynced() throws SQLException {
        Database.run(connection, "UPDATE logs SET unsynced = NULL WHERE unsynced IS NOT NULL");
    }

    /** The mark of this run of the database; it has another one after a crash. */
    UUID mark() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT mark FROM runs")) {
                if (rows.next()) {
                    return rows.getObject(1, UUID.class);
                }
            }
            try (ResultSet rows =
                    statement.executeQuery("INSERT INTO runs (mark) VALUES (gen_random_uuid()) RETURNING mark")) {
                rows.next();
                return rows.getObject(1, UUID.class);
            }
        }
    }

    /**
     * Gives all logs new epochs if this is not the database that the store was last used in.
     *
     * @return whether it is not
     */
    boolean renewAllIfElsewhere() throws SQLException {
        String present = Schema.identity(connection);
        try (PreparedStatement update = connection.prepareStatement("UPDATE store n SET identity = ? FROM store o"
                + " WHERE n.identity IS DISTINCT FROM ? RETURNING o.identity")) {
            update.setString(1, present);
            update.setString(2, present);
            try (ResultSet rows = update.executeQuery()) {
                if (!rows.next() || rows.getString(1).isEmpty()) {
                    return false; // the same, or a new one
                }
            }
        }
        Database.run(connection, "UPDATE logs SET epoch = gen_random_uuid(), unsynced = NULL");
        return true;
    }

    /** Takes away records that a failed append may have left: those behind this one. */
    int cut(long log, long lastSeq) throws SQLException {
        int count = 0;
        for (String table : new String[] {"message_parts", "messages"}) {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM " + table + " WHERE log = ? AND seq > ?")) {
                delete.setLong(1, log);
                delete.setLong(2, lastSeq);
                count = delete.executeUpdate();
            }
        }
        return count;
    }

    Set<ProjectId> projects() throws SQLException {
        Set<ProjectId> projects = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT project FROM logs")) {
            while (rows.next()) {
                projects.add(new ProjectId(rows.getObject(1, UUID.class)));
            }
        }
        return projects;
    }

    /** Takes a project's log away; its records are removed later. */
    void delete(ProjectId project) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("WITH gone AS (DELETE FROM logs WHERE project = ?"
                + " RETURNING id) INSERT INTO deleted_logs (id) SELECT id FROM gone")) {
            delete.setObject(1, project.value());
            delete.executeUpdate();
        }
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
