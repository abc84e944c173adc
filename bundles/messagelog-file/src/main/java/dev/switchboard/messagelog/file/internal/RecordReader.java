package dev.switchboard.messagelog.file.internal;

import dev.switchboard.content.Content;
import dev.switchboard.message.Message;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads records of one segment, and each time as much of its neighbourhood as will be asked for next. Not shared
 * between threads.
 */
final class RecordReader implements Closeable {
    /** The window is small at first, for a query may want one record here and one there, and grows while it is of use. */
    private static final int FIRST_WINDOW = 1 << 12;

    private static final int LARGEST_WINDOW = 1 << 16;
    /** A longer line has a content that stays in the file. */
    private static final int LONGEST_IN_MEMORY = Content.IN_MEMORY_LIMIT + RecordHeader.LIMIT + RecordLine.TAIL;

    private final Segment segment;
    private final SegmentIndex index;
    private final boolean forward;
    private final LineFile file;
    private final CRC32C crc = new CRC32C();
    private byte[] window = new byte[0];
    private int ahead = FIRST_WINDOW;
    private long windowStart;
    private int windowLength;

    /** @param forward whether the next record asked for will be a later one */
    RecordReader(Segment segment, SegmentIndex index, boolean forward) throws IOException {
        this.segment = segment;
        this.index = index;
        this.forward = forward;
        this.file = new LineFile(segment.file());
    }

    /** The record; empty if it does not prove itself. */
    Optional<Message> read(long seq) throws IOException {
        long start = index.start(seq);
        long end = index.end(seq);
        if (end - start > LONGEST_IN_MEMORY) {
            return file.check(start, end)
                    .filter(line -> line.header().seq() == seq)
                    .map(line -> message(line, start, 0));
        }
        if (!load(start, end)) {
            return Optional.empty();
        }
        int from = (int) (start - windowStart);
        return RecordLine.check(window, from, (int) (end - windowStart), crc)
                .filter(line -> line.header().seq() == seq)
                .map(line -> message(line, start, from));
    }

    /** How long the record's content is, unless it will turn out to be damaged; cheap for one that is long. */
    long contentSize(long seq) throws IOException {
        return file.contentSize(index.start(seq), index.end(seq));
    }

    private Message message(RecordLine line, long start, int from) {
        RecordHeader header = line.header();
        long size = line.contentEnd() - line.contentStart();
        Content content = size > Content.IN_MEMORY_LIMIT
                ? Content.of(segment.file(), start + line.contentStart(), start + line.contentEnd())
                : Content.of(
                        Arrays.copyOfRange(window, from + (int) line.contentStart(), from + (int) line.contentEnd()));
        return new Message(
                header.seq(),
                MicroTime.toInstant(header.micros()),
                header.direction(),
                header.type(),
                content,
                header.origin());
    }

    /** Gets these bytes into the window; false if the file does not have them any more. */
    private boolean load(long start, long end) throws IOException {
        if (start >= windowStart && end <= windowStart + windowLength) {
            return true;
        }
        long edge = forward ? start : end;
        boolean neighbour = edge >= windowStart && edge <= windowStart + windowLength;
        ahead = neighbour ? Math.min(2 * ahead, LARGEST_WINDOW) : FIRST_WINDOW;
        int size = (int) Math.max(ahead, end - start);
        if (window.length < size) {
            window = new byte[size];
        }
        windowStart = forward ? start : Math.max(0, end - size);
        long wanted = Math.min(windowStart + size, index.end()) - windowStart;
        windowLength = file.read(windowStart, window, 0, (int) wanted);
        return end <= windowStart + windowLength;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
