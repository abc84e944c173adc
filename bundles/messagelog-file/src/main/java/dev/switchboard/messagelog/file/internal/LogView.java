package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.LogHead;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What readers see of a log at one moment: nothing of it changes, while the log goes on.
 *
 * @param segments all segments, the oldest first; the last one is described by {@code active}
 * @param active the index of the last segment; an empty one if there is no segment
 * @param agents the last record of each agent in the last segment; may already know later records
 */
record LogView(UUID epoch, List<Segment> segments, SegmentIndex active, Map<String, Long> agents) {
    LogHead head() {
        return new LogHead(epoch, firstSeq(), lastSeq());
    }

    long firstSeq() {
        return segments.isEmpty() ? 1 : segments.get(0).firstSeq();
    }

    long lastSeq() {
        return active.lastSeq();
    }

    boolean isActive(int place) {
        return place == segments.size() - 1;
    }

    long firstSeqOf(int place) {
        return segments.get(place).firstSeq();
    }

    long lastSeqOf(int place) {
        return isActive(place) ? active.lastSeq() : segments.get(place + 1).firstSeq() - 1;
    }

    /** The place of the segment in which this record lies; it must not be older than the first. */
    int placeOf(long seq) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).firstSeq() <= seq) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The place of the last segment that begins at this time or earlier; -1 if there is none. */
    int placeAt(long micros) {
        int low = -1;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >> 1;
            if (segments.get(middle).firstMicros() <= micros) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
