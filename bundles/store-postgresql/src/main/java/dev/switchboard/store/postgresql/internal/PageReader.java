package dev.switchboard.store.postgresql.internal;

import dev.switchboard.content.Content;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.Origin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Answers one query from one view of a log. What it costs depends on the page: times are found by bisection, records of the kinds that
 * are wanted by their index, and contents are fetched only of the records of the page.
 */
final class PageReader {
    private static final String COLUMNS = "m.seq, m.at, m.kind, m.agent, m.agent_offset, m.size, m.content";

    private final Connection connection;
    private final ReadPool pool;
    private final LogView view;
    private final Map<Integer, LogState.Kind> kinds = new HashMap<>();
    private long first;
    private long last;

    /** @param view of this state's log */
    PageReader(Connection connection, ReadPool pool, LogState state, LogView view) {
        this.connection = connection;
        this.pool = pool;
        this.view = view;
        this.first = view.firstSeq();
        this.last = view.lastSeq();
        state.kinds().forEach((kind, count) -> kinds.put(count.kind(), kind));
    }

    /**
     * @throws dev.switchboard.error.SwitchboardException if the cursor is not of this log and this query
     */
    MessagePage read(MessageQuery query) throws SQLException {
        Cursor cursor = new Cursor(view.epoch(), query);
        OptionalLong begin = query.cursor().isPresent()
                ? OptionalLong.of(cursor.decode(query.cursor().get()))
                : OptionalLong.empty();
        narrow(query);
        List<Integer> wanted = wanted(query);
        boolean all = wanted.size() == kinds.size();
        OptionalLong total = query.counted() ? OptionalLong.of(all ? length() : count(wanted)) : OptionalLong.empty();
        // An offset is counted from where the query begins, which a cursor has left behind.
        long offset = begin.isPresent() ? 0 : query.offset();
        boolean forward = query.order() == Order.ASCENDING;
        if (begin.isPresent() && forward) {
            first = Math.max(first, begin.getAsLong());
        } else if (begin.isPresent()) {
            last = Math.min(last, begin.getAsLong());
        }
        List<Message> matches =
                wanted.isEmpty() || first > last ? List.of() : matches(query, wanted, all, offset, forward);
        int size = pageSize(matches, query);
        Optional<String> next = size == matches.size()
                ? Optional.empty()
                : Optional.of(cursor.encode(matches.get(size - 1).seq() + (forward ? 1 : -1)));
        return new MessagePage(matches.subList(0, size), List.of(), total, next, view.head());
    }

    /** The last record that came from an agent. */
    Optional<Message> lastFrom(String agent) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + COLUMNS + " FROM messages m"
                + " WHERE m.log = ? AND m.agent = ? AND m.seq BETWEEN ? AND ? ORDER BY m.seq DESC LIMIT 1")) {
            query.setLong(1, view.id());
            query.setString(2, EscapedText.escape(agent));
            query.setLong(3, first);
            query.setLong(4, last);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(message(rows)) : Optional.empty();
            }
        }
    }

    private void narrow(MessageQuery query) throws SQLException {
        if (query.afterSeq() >= first) {
            first = query.afterSeq() == Long.MAX_VALUE ? last + 1 : query.afterSeq() + 1;
        }
        last = Math.min(last, query.beforeSeq() - 1);
        if (query.since().isPresent()) {
            OffsetDateTime since = MicroTime.toSql(MicroTime.floor(query.since().get()));
            first = Bisection.LATER.find(connection, view.id(), first, last, since);
        }
        if (query.before().isPresent()) {
            OffsetDateTime before =
                    MicroTime.toSql(MicroTime.ceiling(query.before().get()));
            last = Bisection.NOT_EARLIER.find(connection, view.id(), first, last, before) - 1;
        }
    }

    private long length() {
        return Math.max(0, last - first + 1);
    }

    private List<Integer> wanted(MessageQuery query) {
        return kinds.entrySet().stream()
                .filter(entry -> query.directions().contains(entry.getValue().direction())
                        && (query.types().isEmpty()
                                || query.types().contains(entry.getValue().type())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Records of a kind are numbered: the first and the last of the range tell how many there are. */
    private long count(List<Integer> wanted) throws SQLException {
        String one = "(SELECT m.nth FROM messages m WHERE m.log = ? AND m.kind = w.kind AND m.seq BETWEEN ? AND ?"
                + " ORDER BY m.seq %s LIMIT 1)";
        try (PreparedStatement query = connection.prepareStatement("SELECT coalesce(sum(" + String.format(one, "DESC")
                + " - " + String.format(one, "ASC") + " + 1), 0)::bigint FROM unnest(?) AS w (kind)")) {
            for (int end = 0; end < 2; end++) {
                query.setLong(3 * end + 1, view.id());
                query.setLong(3 * end + 2, first);
                query.setLong(3 * end + 3, last);
            }
            query.setArray(7, connection.createArrayOf("int4", wanted.toArray()));
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** The records of the page, and one more if there is one; contents are fetched as far as the page may go. */
    private List<Message> matches(MessageQuery query, List<Integer> wanted, boolean all, long offset, boolean forward)
            throws SQLException {
        long most = query.limit() + 1L;
        String order = forward ? "ASC" : "DESC";
        String rows;
        Binding binding;
        if (all) { // there are no holes, so an offset is a number
            if (offset >= length()) {
                return List.of();
            }
            rows = "SELECT " + COLUMNS + " FROM messages m WHERE m.log = ? AND m.seq BETWEEN ? AND ? ORDER BY m.seq "
                    + order + " LIMIT ?";
            binding = statement -> {
                statement.setLong(2, view.id());
                statement.setLong(3, forward ? first + offset : first);
                statement.setLong(4, forward ? last : last - offset);
                statement.setLong(5, most);
            };
        } else {
            rows = "SELECT f.* FROM unnest(?) AS w (kind) CROSS JOIN LATERAL (SELECT " + COLUMNS + " FROM messages m"
                    + " WHERE m.log = ? AND m.kind = w.kind AND m.seq BETWEEN ? AND ? ORDER BY m.seq " + order
                    + " LIMIT ?) f ORDER BY f.seq " + order + " LIMIT ? OFFSET ?";
            binding = statement -> {
                statement.setArray(2, connection.createArrayOf("int4", wanted.toArray()));
                statement.setLong(3, view.id());
                statement.setLong(4, first);
                statement.setLong(5, last);
                statement.setLong(6, offset > Long.MAX_VALUE - most ? Long.MAX_VALUE : offset + most);
                statement.setLong(7, most);
                statement.setLong(8, offset);
            };
        }
        List<Message> matches = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT p.seq, p.at, p.kind, p.agent, p.agent_offset,"
                        + " p.size, CASE WHEN row_number() OVER w = 1 OR sum(p.size) OVER w <= ? THEN p.content END FROM ("
                        + rows
                        + ") p WINDOW w AS (ORDER BY p.seq " + order + ") ORDER BY p.seq " + order)) {
            statement.setLong(1, query.maxBytes());
            binding.bind(statement);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    matches.add(message(found));
                }
            }
        }
        return matches;
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private static int pageSize(List<Message> matches, MessageQuery query) {
        int size = 0;
        long left = query.maxBytes();
        for (Message match : matches) {
            if (size == query.limit() || size > 0 && match.content().size() > left) {
                break;
            }
            left = Math.max(0, left - match.content().size());
            size++;
        }
        return size;
    }

    private Message message(ResultSet row) throws SQLException {
        long seq = row.getLong(1);
        LogState.Kind kind = kinds.get(row.getInt(3));
        if (kind == null) {
            throw new SQLException("record " + seq + " is of no kind that there is", "XX000");
        }
        String agent = row.getString(4);
        byte[] content = row.getBytes(7);
        return new Message(
                seq,
                row.getObject(2, OffsetDateTime.class).toInstant(),
                kind.direction(),
                kind.type(),
                content == null ? new StoredContent(pool, view.id(), seq, row.getLong(6)) : Content.of(content),
                agent == null
                        ? Optional.empty()
                        : Optional.of(new Origin(EscapedText.unescape(agent), row.getLong(5))));
    }
}
