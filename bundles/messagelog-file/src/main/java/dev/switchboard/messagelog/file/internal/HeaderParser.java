package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.message.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads what {@link RecordHeader#encode} wrote, and nothing else: a line that differs was not written by this log, and
 * its checksum would tell so anyway.
 */
final class HeaderParser {
    private static final byte[] SEQ = ascii("{\"seq\":");
    private static final byte[] TIME = ascii(",\"ts\":\"");
    private static final byte[] DIRECTION = ascii("\",\"dir\":\"");
    private static final byte[] TYPE = ascii("\",\"type\":\"");
    private static final byte[] AGENT = ascii("\",\"origin\":{\"agent\":\"");
    private static final byte[] OFFSET = ascii("\",\"offset\":");
    private static final byte[] AFTER_ORIGIN = ascii("}");
    private static final byte[] AFTER_TYPE = ascii("\"");
    private static final byte[] CONTENT = ascii(",\"content\":");

    /** As many as the largest number has. */
    private static final int DIGITS = 19;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** @param end behind the last byte that may be looked at */
    HeaderParser(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** The header, if there is one; then {@link #position()} is where the content begins. */
    Optional<RecordHeader> parse() {
        try {
            expect(SEQ);
            long seq = number();
            expect(TIME);
            long micros = MicroTime.parse(quoted());
            expect(DIRECTION);
            Direction direction = direction(quoted());
            expect(TYPE);
            String type = quoted();
            Optional<Origin> origin = origin();
            expect(CONTENT);
            return seq < 1 || micros == MicroTime.INVALID
                    ? Optional.empty()
                    : Optional.of(new RecordHeader(seq, micros, direction, type, origin));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    int position() {
        return at;
    }

    private Optional<Origin> origin() {
        if (!skip(AGENT)) {
            expect(AFTER_TYPE);
            return Optional.empty();
        }
        String agent = quoted();
        expect(OFFSET);
        long offset = number();
        expect(AFTER_ORIGIN);
        return Optional.of(new Origin(agent, offset));
    }

    private static Direction direction(String name) {
        for (Direction direction : Direction.values()) {
            if (direction.wireName().equals(name)) {
                return direction;
            }
        }
        throw new IllegalArgumentException("no direction");
    }

    private long number() {
        int from = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - from < DIGITS) {
            value = value * 10 + bytes[at++] - '0';
        }
        if (at == from || value < 0 || at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            throw new IllegalArgumentException("no number");
        }
        return value;
    }

    /** The text up to the next quote, which is left. */
    private String quoted() {
        int from = at;
        while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        String plain = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
        return at < end && bytes[at] == '\\' ? escaped(new StringBuilder(plain)) : plain;
    }

    private String escaped(StringBuilder text) {
        while (at < end && bytes[at] != '"') {
            if (bytes[at] != '\\') {
                text.append((char) (bytes[at++] & 0xFF));
            } else if (at + 1 < end && bytes[at + 1] != 'u') {
                text.append((char) (bytes[at + 1] & 0xFF));
                at += 2;
            } else if (at + 6 <= end) {
                String digits = new String(bytes, at + 2, 4, StandardCharsets.ISO_8859_1);
                text.append((char) Integer.parseUnsignedInt(digits, 16));
                at += 6;
            } else {
                throw new IllegalArgumentException("the text ends in an escape");
            }
        }
        return text.toString();
    }

    private void expect(byte[] text) {
        if (!skip(text)) {
            throw new IllegalArgumentException("something else is expected at " + at);
        }
    }

    private boolean skip(byte[] text) {
        if (end - at < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        at += text.length;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
