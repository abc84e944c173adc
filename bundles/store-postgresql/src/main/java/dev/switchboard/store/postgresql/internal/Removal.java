package dev.switchboard.store.postgresql.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes records that no reader sees any more: those of deleted logs, and those before a log's first one. Each step is one short
 * transaction, so that appends need not wait for long.
 */
final class Removal {
    /** Removed at a time. */
    private static final int ROWS = 2000;

    private final Connection connection;

    Removal(Connection connection) {
        this.connection = connection;
    }

    /**
     * Where a log is to begin by now; never behind its newest record.
     *
     * @param view of a log with records
     */
    static long firstKept(Connection connection, LogView view, LogState.End end, LogPolicy policy, Clock clock)
            throws SQLException {
        long first = view.firstSeq();
        if (policy.retainDays() > 0) {
            var oldest = MicroTime.toSql(MicroTime.floor(clock.instant().minus(Duration.ofDays(policy.retainDays()))));
            first = Bisection.LATER.find(connection, view.id(), first, view.lastSeq(), oldest);
        }
        if (policy.retainBytes() > 0) {
            long before = end.bytes() - policy.retainBytes();
            first = Bisection.BEHIND_BYTES.find(connection, view.id(), first, view.lastSeq(), before);
        }
        return Math.min(first, view.lastSeq());
    }

    /** Has a log begin later. */
    void begin(long log, long firstSeq) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE logs SET first_seq = ? WHERE id = ?")) {
            update.setLong(1, firstSeq);
            update.setLong(2, log);
            update.executeUpdate();
        }
    }

    /** What there may be to remove: logs that are there. */
    List<Long> logs() throws SQLException {
        return numbers("SELECT id FROM logs ORDER BY id");
    }

    /** What there is to remove: logs that are deleted. */
    List<Long> deletedLogs() throws SQLException {
        return numbers("SELECT id FROM deleted_logs ORDER BY id");
    }

    private List<Long> numbers(String query) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    /** Removes some of what is before a log's first record; returns how many records. */
    long removeOld(long log) throws SQLException {
        String bound = " AND seq < (SELECT first_seq FROM logs WHERE id = ?)";
        if (remove("message_parts", log, bound) > 0) {
            return ROWS; // the records follow when their contents are gone
        }
        return remove("messages", log, bound);
    }

    /** Removes some of a deleted log; returns whether that was all. */
    boolean removeDeleted(long log) throws SQLException {
        for (String table : new String[] {"message_parts", "messages"}) {
            if (remove(table, log, "") > 0) {
                return false;
            }
        }
        Database.run(connection, "DELETE FROM kinds WHERE log = " + log);
        Database.run(connection, "DELETE FROM deleted_logs WHERE id = " + log);
        return true;
    }

    private long remove(String table, long log, String bound) throws SQLException {
        String rows = "SELECT ctid FROM " + table + " WHERE log = ?" + bound + " ORDER BY log, seq LIMIT " + ROWS;
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + table + " WHERE ctid = ANY (ARRAY (" + rows + "))")) {
            delete.setLong(1, log);
            if (!bound.isEmpty()) {
                delete.setLong(2, log);
            }
            return delete.executeUpdate();
        }
    }
}
