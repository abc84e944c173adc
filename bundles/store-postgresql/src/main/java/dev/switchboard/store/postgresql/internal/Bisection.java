package dev.switchboard.store.postgresql.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Finds where in a log something begins to hold that holds for every record behind too: a time, a number of bytes. Looks at some
 * twenty records in a million, in one query.
 */
enum Bisection {
    /** Records that are later than a time. */
    LATER("m.at > ?"),
    /** Records that are at a time, or later. */
    NOT_EARLIER("m.at >= ?"),
    /** Records before which all contents together have at least so many bytes. */
    BEHIND_BYTES("m.so_far - m.size >= ?");

    private final String query;

    Bisection(String condition) {
        query = "WITH RECURSIVE b (lo, hi) AS ("
                + "SELECT ?::bigint, ?::bigint"
                + " UNION ALL "
                + "SELECT CASE WHEN found.holds THEN b.lo ELSE found.seq + 1 END,"
                + " CASE WHEN found.holds THEN found.seq ELSE b.hi END"
                + " FROM b CROSS JOIN LATERAL (SELECT m.seq, " + condition + " AS holds FROM messages m"
                + " WHERE m.log = ? AND m.seq = (b.lo + b.hi) / 2) found WHERE b.lo < b.hi)"
                + " SELECT lo FROM b WHERE lo >= hi";
    }

    /**
     * The first record from {@code first} to {@code last} for which it holds; {@code last + 1} if it holds for none.
     *
     * @param value an {@link java.time.OffsetDateTime}, or a number
     */
    long find(Connection connection, long log, long first, long last, Object value) throws SQLException {
        if (first > last) {
            return last + 1;
        }
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, first);
            statement.setLong(2, last + 1);
            statement.setObject(3, value);
            statement.setLong(4, log);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new SQLException("a record between " + first + " and " + last + " is missing", "XX000");
                }
                return rows.getLong(1);
            }
        }
    }
}
