package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.message.Origin;
import java.util.Optional;

/**
 * What stands before the content in a record's line.
 *
 * @param seq the record's place
 * @param micros when it was appended, in microseconds since 1970
 * @param direction where it came from
 * @param type what it is
 * @param origin the place in an agent's output that it came from
 */
record RecordHeader(long seq, long micros, Direction direction, String type, Optional<Origin> origin) {
    /** What a header may need at most; type and agent have to fit. */
    static final int LIMIT = 1 << 16;

    /** The line up to the content, in ASCII. */
    String encode() {
        StringBuilder line = new StringBuilder(160)
                .append("{\"seq\":")
                .append(seq)
                .append(",\"ts\":\"")
                .append(MicroTime.format(micros))
                .append("\",\"dir\":\"")
                .append(direction.wireName())
                .append("\",\"type\":\"");
        escape(type, line).append('"');
        if (origin.isPresent()) {
            escape(origin.get().agent(), line.append(",\"origin\":{\"agent\":\""))
                    .append("\",\"offset\":")
                    .append(origin.get().offset())
                    .append('}');
        }
        line.append(",\"content\":");
        if (line.length() > LIMIT) {
            throw new IllegalArgumentException(
                    "the record's type and agent are too long: they need " + line.length() + " bytes of " + LIMIT);
        }
        return line.toString();
    }

    /** Escapes everything but printable ASCII, so that the header has one byte to a character. */
    private static StringBuilder escape(String text, StringBuilder target) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                target.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                target.append(c);
            } else {
                target.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    target.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            }
        }
        return target;
    }
}
