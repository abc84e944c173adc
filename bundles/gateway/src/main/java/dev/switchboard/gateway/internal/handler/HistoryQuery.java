package dev.switchboard.gateway.internal.handler;

import dev.switchboard.message.Direction;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.protocol.Fields;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What {@code get_messages} asks for. */
final class HistoryQuery {
    /** The largest page. */
    static final int MAX_LIMIT = 1000;

    private static final int DEFAULT_LIMIT = 100;

    private HistoryQuery() {}

    /** @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} naming the field */
    static MessageQuery of(Fields fields) {
        Optional<Instant> since = fields.instant("since");
        Optional<Instant> before = fields.instant("before");
        OptionalLong beforeSeq = fields.number("before_seq");
        MessageQuery query = MessageQuery.all()
                .withAfterSeq(fields.number("after_seq").orElse(0))
                .withBeforeSeq(beforeSeq.orElse(Long.MAX_VALUE))
                .withLimit(limit(fields))
                .withOffset(fields.number("offset").orElse(0))
                .withDirections(directions(fields))
                .withTypes(Set.copyOf(fields.texts("types")))
                .withOrder(order(fields))
                .withCount(true);
        query = since.isPresent() ? query.withSince(since.get()) : query;
        query = before.isPresent() ? query.withBefore(before.get()) : query;
        Optional<String> cursor = fields.text("cursor").filter(text -> !text.isEmpty());
        return cursor.isPresent() ? query.withCursor(cursor.get()) : query;
    }

    /** Clients of the original protocol send 0 for "as many as usual". */
    private static int limit(Fields fields) {
        long limit = fields.number("limit").orElse(0);
        return limit == 0 ? DEFAULT_LIMIT : (int) Math.min(limit, MAX_LIMIT);
    }

    private static Set<Direction> directions(Fields fields) {
        return fields.text("direction")
                .filter(name -> !name.equals("all"))
                .map(name -> Set.of(Direction.valueOf(name.toUpperCase(Locale.ROOT))))
                .orElse(Set.of(Direction.values()));
    }

    private static Order order(Fields fields) {
        return fields.text("order").filter("desc"::equals).isPresent() ? Order.DESCENDING : Order.ASCENDING;
    }
}
