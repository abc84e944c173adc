package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Direction;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.protocol.Timestamps;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Narrows a query by what was typed. */
public final class LogFilter {
    private MessageQuery query = MessageQuery.all();

    /** Only records later than this. */
    public LogFilter since(String text) {
        time("since", text).ifPresent(at -> query = query.withSince(at));
        return this;
    }

    /** Only records earlier than this. */
    public LogFilter before(String text) {
        time("before", text).ifPresent(at -> query = query.withBefore(at));
        return this;
    }

    /** Only records between these, which are not included; {@code beforeSeq} 0 means to the last. */
    public LogFilter seqs(long afterSeq, long beforeSeq) {
        if (afterSeq < 0) {
            throw invalid("after_seq", "--after-seq " + afterSeq + " is out of range; expected 0 or more");
        }
        if (beforeSeq < 0) {
            throw invalid("before_seq", "--before-seq " + beforeSeq + " is out of range; expected 0 or more");
        }
        query = query.withAfterSeq(afterSeq);
        query = beforeSeq == 0 ? query : query.withBeforeSeq(beforeSeq);
        return this;
    }

    /** Only records of this direction; {@code null} or {@code all} means of any. */
    public LogFilter direction(String text) {
        if (text != null && !text.equals("all")) {
            Direction direction = Arrays.stream(Direction.values())
                    .filter(value -> value.wireName().equals(text))
                    .findAny()
                    .orElseThrow(() -> invalid(
                            "direction",
                            "\"" + Printable.line(text, 20) + "\" is no direction; expected all, "
                                    + Arrays.stream(Direction.values())
                                            .map(Direction::wireName)
                                            .collect(Collectors.joining(", "))));
            query = query.withDirections(Set.of(direction));
        }
        return this;
    }

    /** Only records of these types, separated by commas; {@code null} means of any. */
    public LogFilter types(String text) {
        if (text != null) {
            Set<String> types = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(type -> !type.isEmpty())
                    .collect(Collectors.toSet());
            query = query.withTypes(types);
        }
        return this;
    }

    public MessageQuery query() {
        return query;
    }

    private static Optional<Instant> time(String field, String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Timestamps.parse(text));
        } catch (DateTimeParseException e) {
            throw invalid(
                    field, "\"" + Printable.line(text, 40) + "\" is no time; expected one like 2026-01-31T10:15:30Z");
        }
    }

    static SwitchboardException invalid(String field, String message) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, message, Map.of("field", field));
    }
}
