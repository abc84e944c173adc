package dev.switchboard.message;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer to a {@link MessageQuery}; a snapshot.
 *
 * @param messages the records, in the query's order
 * @param gaps records between those of the page, or between where it began and its first, that are damaged on disk; what
 *        retention removed is told by {@code head.firstSeq()}; empty in a healthy log
 * @param total how many records match in all, if the query asked for it
 * @param nextCursor where the next page begins; empty if this is the last
 * @param head the ends of the log when it was read
 */
public record MessagePage(
        List<Message> messages, List<Gap> gaps, OptionalLong total, Optional<String> nextCursor, LogHead head) {
    public MessagePage {
        messages = List.copyOf(messages);
        gaps = List.copyOf(gaps);
        Objects.requireNonNull(total, "total");
        Objects.requireNonNull(nextCursor, "nextCursor");
        Objects.requireNonNull(head, "head");
    }
}
