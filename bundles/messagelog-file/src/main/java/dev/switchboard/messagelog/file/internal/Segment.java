package dev.switchboard.messagelog.file.internal;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file of a log.
 *
 * @param file where it lies
 * @param firstSeq the {@code seq} of its first record
 * @param firstMicros when that was appended, in microseconds since 1970
 */
record Segment(Path file, long firstSeq, long firstMicros) {
    Path indexFile() {
        return SegmentName.indexOf(file);
    }

    /** Whether its file is not there; false also if that cannot be told. */
    boolean isGone() {
        return Files.notExists(file);
    }
}
