package dev.switchboard.store.postgresql.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A large content, read from the database in parts when it is asked for. */
final class StoredContent implements Content {
    /** How much of a content a row has. */
    static final int PART = 1 << 16;
    /** How many rows are asked for at a time. */
    private static final int ROWS = 16;

    private final ReadPool pool;
    private final long log;
    private final long seq;
    private final long size;

    StoredContent(ReadPool pool, long log, long seq, long size) {
        this.pool = pool;
        this.log = log;
        this.seq = seq;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0) {
            throw new IndexOutOfBoundsException("position " + position + " is negative");
        }
        int wanted = (int) Math.min(target.remaining(), Math.max(0, size - position));
        if (wanted == 0) {
            return 0;
        }
        try {
            return pool.use(connection -> copy(connection, position, wanted, target));
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "cannot read " + wanted + " bytes at " + position + " of record " + seq, new IOException(e));
        }
    }

    private int copy(Connection connection, long position, int wanted, ByteBuffer target) throws SQLException {
        long first = position / PART;
        long last = Math.min((position + wanted - 1) / PART, first + ROWS - 1);
        int copied = 0;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT part, bytes FROM message_parts WHERE log = ? AND seq = ? AND part BETWEEN ? AND ? ORDER BY part")) {
            query.setLong(1, log);
            query.setLong(2, seq);
            query.setInt(3, (int) first);
            query.setInt(4, (int) last);
            try (ResultSet rows = query.executeQuery()) {
                while (copied < wanted && rows.next()) {
                    long at = position + copied;
                    if (rows.getInt(1) != at / PART) {
                        throw new SQLException("a part of the content is missing");
                    }
                    byte[] bytes = rows.getBytes(2);
                    int from = (int) (at % PART);
                    int count = Math.min(wanted - copied, bytes.length - from);
                    target.put(bytes, from, count);
                    copied += count;
                }
            }
        }
        if (copied == 0) {
            throw new SQLException("the record is not there any more");
        }
        return copied;
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public String toString() {
        return "Content[" + size + " bytes in the database]";
    }
}
