package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the oldest segments out of one log: whole ones, never the one that is written to. Their files stay for a while, for
 * readers that have begun. Used by one thread at a time.
 */
final class Retention {
    /** How long a page that was read before may still need what is removed after it. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private record Removed(Segment segment, Instant since) {}

    private final FileLayer files;
    private final Clock clock;
    private final LogFigures figures;
    private final Deque<Removed> removed = new ArrayDeque<>();

    Retention(LogContext context) {
        this.files = context.files();
        this.clock = context.clock();
        this.figures = context.figures();
    }

    /**
     * How many of a log's segments the policy removes, counted from the oldest.
     *
     * @param segments the oldest first
     * @throws IOException if a file's size cannot be told
     */
    static int removable(List<Segment> segments, LogPolicy policy, Instant now) throws IOException {
        int most = segments.size() - 1;
        int count = 0;
        if (policy.retainDays() > 0) {
            long oldest = MicroTime.floor(now.minus(Duration.ofDays(policy.retainDays())));
            // What the next segment begins with is later than what this one ends with.
            while (count < most && segments.get(count + 1).firstMicros() <= oldest) {
                count++;
            }
        }
        if (policy.retainBytes() > 0 && count < most) {
            long bytes = 0;
            int place = most;
            while (place >= count && bytes <= policy.retainBytes()) {
                bytes += size(segments.get(place));
                place--;
            }
            // The one that passed the limit goes too, with all before it.
            count = bytes > policy.retainBytes() ? Math.min(most, place + 2) : count;
        }
        return Math.max(0, count);
    }

    private static long size(Segment segment) throws IOException {
        try {
            return Files.size(segment.file());
        } catch (NoSuchFileException e) {
            return 0; // readers will tell that it is missing
        }
    }

    /** The segments that stay; the others' files are deleted later. */
    List<Segment> remove(List<Segment> segments, int count) {
        for (Segment segment : segments.subList(0, count)) {
            removed.add(new Removed(segment, clock.instant()));
        }
        LOG.info(
                "Retention takes {} segments with records {} to {} out of {}",
                count,
                segments.get(0).firstSeq(),
                segments.get(count).firstSeq() - 1,
                segments.get(0).file().getParent());
        return List.copyOf(segments.subList(count, segments.size()));
    }

    /**
     * Deletes what was removed, the oldest first, so that a crash leaves no hole. What cannot be deleted is tried again.
     *
     * @param all also what was removed just now
     */
    void deleteFiles(boolean all) {
        Instant latest = clock.instant().minus(GRACE);
        while (!removed.isEmpty() && (all || !removed.peek().since().isAfter(latest))) {
            Segment segment = removed.peek().segment();
            try {
                long bytes = size(segment);
                files.delete(segment.file());
                files.delete(segment.indexFile());
                figures.removed(bytes);
                figures.stuck(segment.file().getParent(), false);
            } catch (IOException e) {
                figures.stuck(segment.file().getParent(), true);
                LOG.warn("{} is past its time and cannot be deleted; tried again later", segment.file(), e);
                return;
            }
            removed.remove();
        }
    }
}
