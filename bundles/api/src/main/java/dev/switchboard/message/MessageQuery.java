package dev.switchboard.message;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which records to read. Start with {@link #all()} and narrow it; every narrowing returns a new query, and all that
 * were given must hold.
 *
 * @param since only records later than this instant
 * @param before only records earlier than this instant
 * @param afterSeq only records with a greater {@code seq}; 0 means from the first
 * @param beforeSeq only records with a smaller {@code seq}; {@link Long#MAX_VALUE} means to the last
 * @param directions only records of these directions; never empty
 * @param types only records of these types; empty means of any
 * @param order which way to read
 * @param offset how many matching records to leave out first
 * @param limit the most records in the page, at least 1
 * @param maxBytes the page ends before the record that would take its contents past this many bytes; it always has at
 *        least one record
 * @param counted whether {@link MessagePage#total()} is wanted; replay does without
 * @param cursor where an earlier page of the same query ended
 */
public record MessageQuery(
        Optional<Instant> since,
        Optional<Instant> before,
        long afterSeq,
        long beforeSeq,
        Set<Direction> directions,
        Set<String> types,
        Order order,
        long offset,
        int limit,
        long maxBytes,
        boolean counted,
        Optional<String> cursor) {
    /** The bound that a page has where the caller gives none, in bytes. */
    public static final long DEFAULT_MAX_BYTES = 4L << 20;

    private static final MessageQuery ALL = new MessageQuery(
            Optional.empty(),
            Optional.empty(),
            0,
            Long.MAX_VALUE,
            Set.of(Direction.values()),
            Set.of(),
            Order.ASCENDING,
            0,
            100,
            DEFAULT_MAX_BYTES,
            false,
            Optional.empty());

    /** Which way to read. */
    public enum Order {
        /** The oldest first. */
        ASCENDING,
        /** The newest first. */
        DESCENDING
    }

    public MessageQuery {
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(cursor, "cursor");
        directions = Set.copyOf(directions);
        types = Set.copyOf(types);
        if (afterSeq < 0 || beforeSeq < 0 || offset < 0 || limit < 1 || maxBytes < 0 || directions.isEmpty()) {
            throw new IllegalArgumentException("query out of range: afterSeq " + afterSeq + ", beforeSeq " + beforeSeq
                    + ", offset " + offset + ", limit " + limit + ", maxBytes " + maxBytes);
        }
    }

    /** Every record, the oldest first, 100 to a page. */
    public static MessageQuery all() {
        return ALL;
    }

    public MessageQuery withSince(Instant at) {
        return new MessageQuery(
                Optional.of(at),
                before,
                afterSeq,
                beforeSeq,
                directions,
                types,
                order,
                offset,
                limit,
                maxBytes,
                counted,
                cursor);
    }

    public MessageQuery withBefore(Instant at) {
        return new MessageQuery(
                since,
                Optional.of(at),
                afterSeq,
                beforeSeq,
                directions,
                types,
                order,
                offset,
                limit,
                maxBytes,
                counted,
                cursor);
    }

    public MessageQuery withAfterSeq(long seq) {
        return new MessageQuery(
                since, before, seq, beforeSeq, directions, types, order, offset, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withBeforeSeq(long seq) {
        return new MessageQuery(
                since, before, afterSeq, seq, directions, types, order, offset, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withDirections(Set<Direction> only) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, only, types, order, offset, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withTypes(Set<String> only) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, only, order, offset, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withOrder(Order way) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, types, way, offset, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withOffset(long count) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, types, order, count, limit, maxBytes, counted, cursor);
    }

    public MessageQuery withLimit(int count) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, types, order, offset, count, maxBytes, counted, cursor);
    }

    public MessageQuery withMaxBytes(long bytes) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, types, order, offset, limit, bytes, counted, cursor);
    }

    public MessageQuery withCount(boolean wanted) {
        return new MessageQuery(
                since, before, afterSeq, beforeSeq, directions, types, order, offset, limit, maxBytes, wanted, cursor);
    }

    public MessageQuery withCursor(String position) {
        return new MessageQuery(
                since,
                before,
                afterSeq,
                beforeSeq,
                directions,
                types,
                order,
                offset,
                limit,
                maxBytes,
                counted,
                Optional.of(position));
    }
}
