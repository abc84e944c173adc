package dev.switchboard.process;

import dev.switchboard.content.Content;
import java.util.Objects;

/**
 * One line of an agent's standard output.
 *
 * @param content the line without its line feed; in memory up to {@link Content#IN_MEMORY_LIMIT} bytes, a region of the
 *        spool file above that, readable until the stage that {@link OutputConsumer#lines} returned completes
 * @param end the spool's offset of the first byte behind the line, line feed included
 * @param torn whether the agent ended in the middle of the line, so that its line feed is missing
 */
public record SpoolLine(Content content, long end, boolean torn) {
    public SpoolLine {
        Objects.requireNonNull(content, "content");
    }
}
