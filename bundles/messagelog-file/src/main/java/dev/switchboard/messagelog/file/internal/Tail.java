package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What lies behind the last record of the newest segment that proves itself. */
enum Tail {
    /** Nothing. */
    NONE,
    /** A whole record, but for its line feed. */
    WITHOUT_LINE_FEED,
    /** A whole record with something else in place of its line feed. */
    WITH_WRONG_LINE_FEED,
    /** The beginning of a record: an append that a crash cut short. Nobody was shown any of it. */
    TORN,
    /** Something else: there were records here, and people may have been shown them. */
    DAMAGED;

    private static final int PIECE = 1 << 16;

    /**
     * @param index the records that prove themselves
     * @param size where the file ends
     */
    static Tail of(LineFile file, IndexBuilder index, long size) throws IOException {
        long start = index.end();
        long nextSeq = index.lastSeq() + 1;
        if (start == size) {
            return NONE;
        }
        if (isRecord(file, start, size + 1, nextSeq)) {
            return WITHOUT_LINE_FEED;
        }
        if (isRecord(file, start, size, nextSeq)) {
            return WITH_WRONG_LINE_FEED;
        }
        return isBeginning(file, start, size, nextSeq) ? TORN : DAMAGED;
    }

    private static boolean isRecord(LineFile file, long start, long end, long seq) throws IOException {
        return file.checkWithoutLineFeed(start, end)
                .filter(line -> line.header().seq() == seq)
                .isPresent();
    }

    /**
     * An append that was cut short has not come to its line feed. Zeros are what a file system may leave of bytes that
     * it had not written yet when the power failed; records have none.
     */
    private static boolean isBeginning(LineFile file, long start, long end, long nextSeq) throws IOException {
        byte[] head = ("{\"seq\":" + nextSeq + ",\"ts\":\"").getBytes(StandardCharsets.US_ASCII);
        byte[] piece = new byte[PIECE];
        for (long position = start; position < end; ) {
            int count = file.read(position, piece, 0, (int) Math.min(PIECE, end - position));
            if (count == 0) {
                break;
            }
            for (int i = 0; i < count; i++) {
                long at = position - start + i;
                if (piece[i] == '\n' || piece[i] == 0 || at < head.length && piece[i] != head[(int) at]) {
                    return false;
                }
            }
            position += count;
        }
        return true;
    }
}
