package dev.switchboard.messagelog.file.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as microseconds since 1970, which is what the log counts in. */
final class MicroTime {
    /** What {@link #parse} answers for a text that is not a time. */
    static final long INVALID = Long.MIN_VALUE;

    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final String SHAPE = "0000-00-00T00:00:00.000000Z";
    private static final int LENGTH = SHAPE.length();

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

    /** The reverse of {@link #format}; {@link #INVALID} for any other text. By hand, since it is done for each record that is read. */
    static long parse(String text) {
        if (text.length() != LENGTH) {
            return INVALID;
        }
        for (int i = 0; i < LENGTH; i++) {
            char shape = SHAPE.charAt(i);
            char c = text.charAt(i);
            if (shape == '0' ? c < '0' || c > '9' : c != shape) {
                return INVALID;
            }
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            return INVALID;
        }
        try {
            long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                    .toEpochDay();
            return day * DAY + (hour * 3600L + minute * 60L + second) * SECOND + number(text, 20, 26);
        } catch (DateTimeException e) {
            return INVALID;
        }
    }

    private static int number(String digits, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + digits.charAt(i) - '0';
        }
        return value;
    }

    private static StringBuilder pad(StringBuilder text, int value, int digits) {
        String decimal = Integer.toString(value);
        return text.append("0".repeat(Math.max(0, digits - decimal.length()))).append(decimal);
    }
}
