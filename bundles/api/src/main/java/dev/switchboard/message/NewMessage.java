package dev.switchboard.message;

import dev.switchboard.content.Content;
import java.util.Objects;
import java.util.Optional;

/**
 * A record that is to be appended.
 *
 * @param direction where it came from
 * @param type what it is: {@code user} for a prompt, the top-level {@code type} of an agent's line, the frame type of
 *        a server's record
 * @param content one JSON object in UTF-8 without line breaks outside strings; kept byte for byte, except that malformed
 *        UTF-8 becomes U+FFFD
 * @param origin the place in the agent's output that it came from, if it did
 */
public record NewMessage(Direction direction, String type, Content content, Optional<Origin> origin) {
    public NewMessage {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(origin, "origin");
    }
}
