package dev.switchboard.message;

import java.util.Objects;
import java.util.UUID;

/**
 * The ends of a project's log at one moment.
 *
 * @param epoch changes only if records that were shown may have been lost, or the log was made anew
 * @param firstSeq the oldest record that is still kept; {@code lastSeq + 1} if none is
 * @param lastSeq the newest record; 0 if there never was one
 */
public record LogHead(UUID epoch, long firstSeq, long lastSeq) {
    public LogHead {
        Objects.requireNonNull(epoch, "epoch");
        if (firstSeq < 1 || lastSeq < firstSeq - 1) {
            throw new IllegalArgumentException("first " + firstSeq + ", last " + lastSeq);
        }
    }
}
