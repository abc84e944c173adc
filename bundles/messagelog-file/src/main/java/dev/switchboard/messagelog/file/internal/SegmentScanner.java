package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a segment from beginning to end, proves every line, and makes its index. */
final class SegmentScanner {
    private static final int BUFFER = 1 << 18;

    private final LineFile file;
    private final IndexBuilder index;
    private final CRC32C crc = new CRC32C();

    private SegmentScanner(Segment segment, LineFile file) {
        this.file = file;
        this.index = new IndexBuilder(segment.firstSeq(), segment.firstMicros());
    }

    /**
     * What was found.
     *
     * @param index all records up to the last one that proves itself
     * @param size how long the file is; longer than the index if something else lies at its end
     */
    record Result(IndexBuilder index, long size) {}

    static Result scan(Segment segment, LineFile file) throws IOException {
        SegmentScanner scanner = new SegmentScanner(segment, file);
        return new Result(scanner.index, scanner.scan());
    }

    private long scan() throws IOException {
        byte[] buffer = new byte[BUFFER];
        long position = 0;
        while (true) {
            int count = file.read(position, buffer, 0, buffer.length);
            int consumed = lines(buffer, count, position);
            if (consumed > 0) {
                position += consumed;
            } else if (count < buffer.length) {
                return position + count;
            } else {
                long end = lineEnd(position + count, buffer);
                if (end < 0) {
                    return file.size();
                }
                long start = position;
                file.check(start, end).ifPresent(line -> found(line.header(), start, end));
                position = end;
            }
        }
    }

    /** Handles the complete lines in the buffer; returns how many bytes they have. */
    private int lines(byte[] buffer, int count, long position) {
        int start = 0;
        for (int at = 0; at < count; at++) {
            if (buffer[at] == '\n') {
                int from = start;
                int to = at + 1;
                Optional<RecordLine> line = RecordLine.check(buffer, from, to, crc);
                line.ifPresent(good -> found(good.header(), position + from, position + to));
                start = to;
            }
        }
        return start;
    }

    /** Where the line ends that goes on at this position; -1 if it does not. */
    private long lineEnd(long from, byte[] buffer) throws IOException {
        long position = from;
        while (true) {
            int count = file.read(position, buffer, 0, buffer.length);
            if (count == 0) {
                return -1;
            }
            for (int at = 0; at < count; at++) {
                if (buffer[at] == '\n') {
                    return position + at + 1;
                }
            }
            position += count;
        }
    }

    private void found(RecordHeader header, long start, long end) {
        // Records that are missing before this one must have lain in the bytes that could not be read.
        long missing = header.seq() - index.lastSeq() - 1;
        if (missing >= 0 && missing <= (start - index.end()) / RecordLine.MIN) {
            index.add(header, start, end);
        }
    }
}
