package dev.switchboard.messagelog.file.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record's line as a whole: header, content, and {@code ,"crc":"xxxxxxxx"}} with a line feed. The checksum is the
 * CRC-32C of everything before its own field, so every record proves itself.
 *
 * @param header what stands before the content
 * @param contentStart where the content begins, counted from the line's beginning
 * @param contentEnd where it ends
 */
record RecordLine(RecordHeader header, long contentStart, long contentEnd) {
    /** The bytes behind the content: field name, eight digits, quote, brace, line feed. */
    static final int TAIL = 19;
    /** No line is shorter: the header has about 70 bytes without type. */
    static final int MIN = 80;

    private static final byte[] CRC_FIELD = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_DIGITS = 8;

    /** What ends a line whose bytes up to there have this checksum. */
    static byte[] tail(int crc) {
        byte[] tail = new byte[TAIL];
        System.arraycopy(CRC_FIELD, 0, tail, 0, CRC_FIELD.length);
        for (int i = 0; i < CRC_DIGITS; i++) {
            tail[CRC_FIELD.length + i] = DIGITS[crc >>> (28 - 4 * i) & 0xF];
        }
        tail[TAIL - 3] = '"';
        tail[TAIL - 2] = '}';
        tail[TAIL - 1] = '\n';
        return tail;
    }

    /** Reads a line that lies in memory, its line feed included; empty unless it proves itself. */
    static Optional<RecordLine> check(byte[] bytes, int from, int to, CRC32C crc) {
        int body = to - from - TAIL;
        if (body < MIN - TAIL) {
            return Optional.empty();
        }
        crc.reset();
        crc.update(bytes, from, body);
        if (!isTail(bytes, from + body, TAIL, (int) crc.getValue())) {
            return Optional.empty();
        }
        HeaderParser parser = new HeaderParser(bytes, from, from + body);
        return parser.parse().map(header -> new RecordLine(header, parser.position() - from, body));
    }

    /** Whether these are the first {@code length} bytes of what ends a line with this checksum. */
    static boolean isTail(byte[] bytes, int from, int length, int crc) {
        return Arrays.equals(bytes, from, from + length, tail(crc), 0, length);
    }
}
