package dev.switchboard.messagelog.file.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as microseconds since 1970, which is what the log counts in. */
final class MicroTime {
    /** What {@link #parse} answers for a text that is not a time. */
    static final long INVALID = Long.MIN_VALUE;

    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final int LENGTH = "2026-01-31T10:15:30.123456Z".length();

    private MicroTime() {}

    static Instant toInstant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, SECOND), Math.floorMod(micros, SECOND) * 1000);
    }

    /** The last microsecond that is not later; times beyond what fits into a number become the nearest that does. */
    static long floor(Instant instant) {
        long limit = Long.MAX_VALUE / SECOND - 1;
        long second = Math.max(-limit, Math.min(limit, instant.getEpochSecond()));
        return second * SECOND + instant.getNano() / 1000;
    }

    /** The first microsecond that is not earlier. */
    static long ceiling(Instant instant) {
        return floor(instant) + (instant.getNano() % 1000 == 0 ? 0 : 1);
    }

    /** The number of the day in UTC. */
    static long day(long micros) {
        return Math.floorDiv(micros, DAY);
    }

    /** For instance {@code 2026-01-31T10:15:30.123456Z}: always six digits behind the point. */
    static String format(long micros) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, SECOND), 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(LENGTH);
        pad(text, time.getYear(), 4).append('-');
        pad(text, time.getMonthValue(), 2).append('-');
        pad(text, time.getDayOfMonth(), 2).append('T');
        pad(text, time.getHour(), 2).append(':');
        pad(text, time.getMinute(), 2).append(':');
        pad(text, time.getSecond(), 2).append('.');
        return pad(text, (int) Math.floorMod(micros, SECOND), 6).append('Z').toString();
    }

    /** The reverse of {@link #format}; {@link #INVALID} for any other text. */
    static long parse(String text) {
        if (text.length() != LENGTH || text.charAt(19) != '.' || text.charAt(LENGTH - 1) != 'Z') {
            return INVALID;
        }
        try {
            long second = LocalDateTime.parse(text.substring(0, 19)).toEpochSecond(ZoneOffset.UTC);
            return second * SECOND + Integer.parseUnsignedInt(text, 20, 26, 10);
        } catch (DateTimeException | NumberFormatException e) {
            return INVALID;
        }
    }

    private static StringBuilder pad(StringBuilder text, int value, int digits) {
        String decimal = Integer.toString(value);
        return text.append("0".repeat(Math.max(0, digits - decimal.length()))).append(decimal);
    }
}
