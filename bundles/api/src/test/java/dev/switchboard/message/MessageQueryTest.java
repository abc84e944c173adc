package dev.switchboard.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.content.Content;
import dev.switchboard.message.MessageQuery.Order;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageQueryTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    static Stream<Arguments> narrowings() {
        return Stream.of(
                narrowing("since", query -> query.withSince(NOON)),
                narrowing("before", query -> query.withBefore(NOON)),
                narrowing("afterSeq", query -> query.withAfterSeq(7)),
                narrowing("beforeSeq", query -> query.withBeforeSeq(9)),
                narrowing("directions", query -> query.withDirections(Set.of(Direction.CLAUDE))),
                narrowing("types", query -> query.withTypes(Set.of("user"))),
                narrowing("order", query -> query.withOrder(Order.DESCENDING)),
                narrowing("offset", query -> query.withOffset(3)),
                narrowing("limit", query -> query.withLimit(1)),
                narrowing("maxBytes", query -> query.withMaxBytes(0)),
                narrowing("counted", query -> query.withCount(true)),
                narrowing("cursor", query -> query.withCursor("here")));
    }

    private static Arguments narrowing(String component, UnaryOperator<MessageQuery> change) {
        return Arguments.of(component, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("narrowings")
    @DisplayName("M3 each narrowing changes its own part of a query and nothing else")
    void narrows(String component, UnaryOperator<MessageQuery> change) throws Exception {
        MessageQuery changed = change.apply(MessageQuery.all());
        List<String> differing = new ArrayList<>();
        for (RecordComponent part : MessageQuery.class.getRecordComponents()) {
            Object before = part.getAccessor().invoke(MessageQuery.all());
            if (!before.equals(part.getAccessor().invoke(changed))) {
                differing.add(part.getName());
            }
        }
        assertEquals(List.of(component), differing);
        assertNotEquals(MessageQuery.all(), changed);
    }

    @Test
    @DisplayName("M3 the narrowings together: nothing gets lost on the way")
    void all() {
        MessageQuery query = MessageQuery.all();
        for (Arguments narrowing : narrowings().toList()) {
            @SuppressWarnings("unchecked")
            UnaryOperator<MessageQuery> change =
                    (UnaryOperator<MessageQuery>) narrowing.get()[1];
            query = change.apply(query);
        }
        assertEquals(
                new MessageQuery(
                        Optional.of(NOON),
                        Optional.of(NOON),
                        7,
                        9,
                        Set.of(Direction.CLAUDE),
                        Set.of("user"),
                        Order.DESCENDING,
                        3,
                        1,
                        0,
                        true,
                        Optional.of("here")),
                query);
    }

    @Test
    @DisplayName("M3 at each bound a query is one, past it none")
    void bounds() {
        MessageQuery all = MessageQuery.all();
        assertEquals(0, all.withAfterSeq(0).afterSeq());
        assertThrows(IllegalArgumentException.class, () -> all.withAfterSeq(-1));
        assertEquals(0, all.withBeforeSeq(0).beforeSeq());
        assertThrows(IllegalArgumentException.class, () -> all.withBeforeSeq(-1));
        assertEquals(0, all.withOffset(0).offset());
        assertThrows(IllegalArgumentException.class, () -> all.withOffset(-1));
        assertEquals(1, all.withLimit(1).limit());
        assertThrows(IllegalArgumentException.class, () -> all.withLimit(0));
        assertThrows(IllegalArgumentException.class, () -> all.withMaxBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> all.withDirections(Set.of()));
    }

    @Test
    @DisplayName("M1 records, ends and places that cannot be are refused")
    void values() {
        Content content = Content.of("{}");
        assertThrows(
                IllegalArgumentException.class,
                () -> new Message(0, NOON, Direction.SERVER, "x", content, Optional.empty()));
        assertEquals(1, new Message(1, NOON, Direction.SERVER, "x", content, Optional.empty()).seq());
        UUID epoch = UUID.randomUUID();
        assertEquals(0, new LogHead(epoch, 1, 0).lastSeq());
        assertEquals(8, new LogHead(epoch, 8, 7).firstSeq());
        assertThrows(IllegalArgumentException.class, () -> new LogHead(epoch, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new LogHead(epoch, 9, 7));
        assertEquals(0, new Origin("agent", 0).offset());
        assertThrows(IllegalArgumentException.class, () -> new Origin("agent", -1));
    }
}
