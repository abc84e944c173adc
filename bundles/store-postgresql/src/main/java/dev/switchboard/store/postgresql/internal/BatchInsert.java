package dev.switchboard.store.postgresql.internal;

import dev.switchboard.content.Content;
import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The records of one append, on their way into the database. Nothing of the log's state changes before {@link #committed}. */
final class BatchInsert {
    /** So much is sent at a time. */
    private static final long FLUSH_BYTES = 1 << 20;

    private static final int FLUSH_ROWS = 128;

    private final Connection connection;
    private final LogState state;
    private final ReadPool pool;
    private final long log;
    private final Map<LogState.Kind, LogState.Count> counts = new HashMap<>();
    private final List<Message> messages = new ArrayList<>();
    private LogState.End end;
    private long pendingBytes;
    private int pendingRows;

    /** @param pool what large contents are read with later */
    BatchInsert(Connection connection, LogState state, ReadPool pool) {
        this.connection = connection;
        this.state = state;
        this.pool = pool;
        this.log = state.view().id();
        this.end = state.end();
    }

    void write(List<Incoming> records, Instant now) throws SQLException, IOException {
        Instant earliest = MicroTime.floor(now);
        try (PreparedStatement rows = connection.prepareStatement("INSERT INTO messages"
                        + " (log, seq, at, kind, nth, so_far, agent, agent_offset, size, content)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement parts = connection.prepareStatement(
                        "INSERT INTO message_parts (log, seq, part, bytes) VALUES (?, ?, ?, ?)")) {
            for (Incoming record : records) {
                Instant next = MicroTime.next(end.at());
                Instant at = end.seq() > 0 && next.isAfter(earliest) ? next : earliest;
                end = new LogState.End(end.seq() + 1, at, end.bytes() + record.size());
                add(record, rows, parts);
            }
            flush(rows);
            flush(parts);
        }
    }

    private void add(Incoming record, PreparedStatement rows, PreparedStatement parts)
            throws SQLException, IOException {
        NewMessage message = record.message();
        LogState.Count count = count(new LogState.Kind(message.direction(), message.type()));
        Content kept = record.isLarge() ? new StoredContent(pool, log, end.seq(), record.size()) : record.small();
        rows.setLong(1, log);
        rows.setLong(2, end.seq());
        rows.setObject(3, MicroTime.toSql(end.at()));
        rows.setInt(4, count.kind());
        rows.setLong(5, count.nth());
        rows.setLong(6, end.bytes());
        if (message.origin().isPresent()) {
            Origin origin = message.origin().get();
            rows.setString(7, EscapedText.escape(origin.agent()));
            rows.setLong(8, origin.offset());
        } else {
            rows.setNull(7, Types.VARCHAR);
            rows.setNull(8, Types.BIGINT);
        }
        rows.setLong(9, record.size());
        if (record.isLarge()) {
            rows.setNull(10, Types.BINARY);
            long seq = end.seq();
            record.split(StoredContent.PART, (part, bytes) -> {
                parts.setLong(1, log);
                parts.setLong(2, seq);
                parts.setInt(3, part);
                parts.setBytes(4, bytes);
                parts.addBatch();
                pendingBytes += bytes.length;
                if (pendingBytes >= FLUSH_BYTES) {
                    flush(parts);
                }
            });
            flush(parts);
        } else {
            rows.setBytes(10, kept.toBytes());
            pendingBytes += record.size();
        }
        rows.addBatch();
        pendingRows++;
        if (pendingBytes >= FLUSH_BYTES || pendingRows >= FLUSH_ROWS) {
            flush(rows);
        }
        messages.add(new Message(end.seq(), end.at(), message.direction(), message.type(), kept, message.origin()));
    }

    private void flush(PreparedStatement batch) throws SQLException {
        batch.executeBatch();
        pendingBytes = 0;
        pendingRows = 0;
    }

    private LogState.Count count(LogState.Kind kind) throws SQLException {
        LogState.Count before = counts.getOrDefault(kind, state.kinds().get(kind));
        if (before == null) {
            int number = state.kinds().size()
                    + (int) counts.keySet().stream()
                            .filter(known -> !state.kinds().containsKey(known))
                            .count();
            before = new LogState.Count(number, 0);
            insert(kind, number);
        }
        LogState.Count now = new LogState.Count(before.kind(), before.nth() + 1);
        counts.put(kind, now);
        return now;
    }

    private void insert(LogState.Kind kind, int number) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO kinds (log, kind, direction, type) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, log);
            insert.setInt(2, number);
            insert.setString(3, kind.direction().wireName());
            insert.setString(4, EscapedText.escape(kind.type()));
            insert.executeUpdate();
        }
    }

    /** The transaction was committed: shows the records to readers. */
    List<Message> committed() {
        state.grow(end, counts);
        return messages;
    }
}
