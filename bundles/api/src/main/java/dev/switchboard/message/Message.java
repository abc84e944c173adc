package dev.switchboard.message;

import dev.switchboard.content.Content;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One record of a project's log; a snapshot. Content that is not in memory stays readable as long as the record is
 * kept; reading it after retention or a delete removed it fails with {@link java.io.UncheckedIOException}.
 *
 * @param seq its place: 1, 2, 3… without holes
 * @param at when it was appended, in microseconds; never earlier than its predecessor's
 * @param direction where it came from
 * @param type what it is (see {@link NewMessage})
 * @param content one JSON object in UTF-8
 * @param origin the place in the agent's output that it came from, if it did
 */
public record Message(
        long seq, Instant at, Direction direction, String type, Content content, Optional<Origin> origin) {
    public Message {
        if (seq < 1) {
            throw new IllegalArgumentException("seq " + seq + " is less than 1");
        }
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(origin, "origin");
    }
}
