package dev.switchboard.store.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Over a thousand queries, each compared with what a walk over all records would answer. A store's test extends it and says how
 * its log is opened.
 */
public abstract class MessageQueryContract {
    private static final List<String> TYPES = List.of("user", "assistant", "result", "rare");

    private final Random random = new Random(20261123);
    /** The clock that {@link #provider} is given. */
    protected final TestClock clock = new TestClock("2026-01-31T10:15:30.123456Z");
    /** The project that the test is about. */
    protected final ProjectId project = ProjectId.random();

    private final List<Message> model = new ArrayList<>();

    /**
     * A provider for the store of this test: an empty one.
     *
     * @param time what records get their times from
     */
    protected abstract MessageLogProvider provider(Clock time);

    @Test
    @DisplayName("M3 every combination of filters, orders, offsets and limits answers as a walk over all records would")
    void model() {
        try (MessageLog log = provider(clock).open()) {
            for (int round = 0; round < 8; round++) {
                grow(log, 40);
                for (int i = 0; i < 150; i++) {
                    compare(log, randomQuery());
                }
            }
        }
    }

    private void grow(MessageLog log, int records) {
        for (int i = 0; i < records; ) {
            List<NewMessage> batch = new ArrayList<>();
            for (int left = 1 + random.nextInt(5); left > 0; left--, i++) {
                batch.add(new NewMessage(
                        Direction.values()[random.nextInt(3)],
                        random.nextInt(30) == 0 ? "rare" : TYPES.get(random.nextInt(3)),
                        Content.of("{\"a\":\"" + "x".repeat(random.nextInt(200)) + "\"}"),
                        Optional.empty()));
            }
            model.addAll(log.append(project, batch));
            clock.advance(Duration.ofNanos(random.nextInt(5_000)));
        }
    }

    private MessageQuery randomQuery() {
        MessageQuery query = MessageQuery.all()
                .withLimit(1 + random.nextInt(30))
                .withOrder(random.nextBoolean() ? Order.ASCENDING : Order.DESCENDING)
                .withCount(random.nextBoolean());
        if (random.nextInt(3) == 0) {
            query = query.withSince(randomTime());
        }
        if (random.nextInt(3) == 0) {
            query = query.withBefore(randomTime());
        }
        if (random.nextInt(3) == 0) {
            query = query.withAfterSeq(random.nextInt(model.size() + 3));
        }
        if (random.nextInt(3) == 0) {
            query = query.withBeforeSeq(random.nextInt(model.size() + 3));
        }
        if (random.nextInt(3) == 0) {
            query = query.withDirections(Set.of(Direction.values()[random.nextInt(3)]));
        }
        if (random.nextInt(3) == 0) {
            query = query.withTypes(Set.of(TYPES.get(random.nextInt(4)), "never"));
        }
        if (random.nextInt(3) == 0) {
            query = query.withOffset(random.nextInt(60));
        }
        return random.nextInt(3) == 0 ? query.withMaxBytes(random.nextInt(2000)) : query;
    }

    private Instant randomTime() {
        return model.get(random.nextInt(model.size())).at().plusNanos(random.nextInt(3) - 1);
    }

    private void compare(MessageLog log, MessageQuery query) {
        List<Message> matching = new ArrayList<>(
                model.stream().filter(message -> matches(query, message)).toList());
        long total = matching.size();
        if (query.order() == Order.DESCENDING) {
            Collections.reverse(matching);
        }
        List<Message> expected = matching.subList((int) Math.min(query.offset(), total), (int) total);
        List<Message> found = new ArrayList<>();
        MessageQuery next = query;
        while (true) {
            MessagePage page = log.read(project, next);
            assertEquals(query.counted() ? OptionalLong.of(total) : OptionalLong.empty(), page.total());
            assertEquals(List.of(), page.gaps());
            assertPage(query, page, expected.subList(found.size(), expected.size()));
            found.addAll(page.messages());
            if (page.nextCursor().isEmpty()) {
                break;
            }
            next = query.withCursor(page.nextCursor().get());
        }
        assertEquals(Records.seqs(expected), Records.seqs(found), query::toString);
    }

    private static void assertPage(MessageQuery query, MessagePage page, List<Message> rest) {
        int size = 0;
        long bytes = 0;
        for (Message message : rest) {
            bytes += message.content().size();
            if (size == query.limit() || size > 0 && bytes > query.maxBytes()) {
                break;
            }
            size++;
        }
        assertEquals(Records.seqs(rest.subList(0, size)), Records.seqs(page.messages()), query::toString);
        assertEquals(rest.size() > size, page.nextCursor().isPresent(), query::toString);
    }

    private static boolean matches(MessageQuery query, Message message) {
        return query.since().map(message.at()::isAfter).orElse(true)
                && query.before().map(message.at()::isBefore).orElse(true)
                && message.seq() > query.afterSeq()
                && message.seq() < query.beforeSeq()
                && query.directions().contains(message.direction())
                && (query.types().isEmpty() || query.types().contains(message.type()));
    }
}
