package dev.switchboard.protocol;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants as the protocol writes and reads them (RFC 3339 profile of ISO 8601). */
public final class Timestamps {
    private static final DateTimeFormatter MICROS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 6, 6, true)
            .appendLiteral('Z')
            .toFormatter()
            .withZone(ZoneOffset.UTC);

    /** An offset in ISO 8601's basic format, which {@link OffsetDateTime} does not read: {@code +0200}, {@code +02}. */
    private static final Pattern BASIC_OFFSET = Pattern.compile("(.+[Tt].+[+-]\\d{2})(\\d{2})?");

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Timestamps() {}

    /** UTC with exactly six digits behind the point: {@code 2026-01-31T10:15:30.123456Z}. */
    public static String format(Instant at) {
        if (at.isBefore(FIRST) || !at.isBefore(END)) {
            return MICROS.format(at);
        }
        // By hand, for each frame has one: the formatter takes ten times as long.
        LocalDateTime time = LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, ZoneOffset.UTC);
        char[] text = "0000-00-00T00:00:00.000000Z".toCharArray();
        put(text, 4, time.getYear());
        put(text, 7, time.getMonthValue());
        put(text, 10, time.getDayOfMonth());
        put(text, 13, time.getHour());
        put(text, 16, time.getMinute());
        put(text, 19, time.getSecond());
        put(text, 26, at.getNano() / 1000);
        return new String(text);
    }

    /** Writes a number's digits so that they end there; zeros before it stay. */
    private static void put(char[] text, int end, int number) {
        for (int left = number, place = end - 1; left > 0; left /= 10, place--) {
            text[place] = (char) ('0' + left % 10);
        }
    }

    /**
     * Reads a date-time with any offset, with or without a colon in it.
     *
     * @throws DateTimeParseException if it is none, has no offset, or lies in a year that has not four digits
     */
    public static Instant parse(String text) {
        Matcher basic = BASIC_OFFSET.matcher(text);
        String extended =
                basic.matches() ? basic.group(1) + ":" + (basic.group(2) == null ? "00" : basic.group(2)) : text;
        Instant instant = OffsetDateTime.parse(extended).toInstant();
        if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
            throw new DateTimeParseException("the year has not four digits", text, 0);
        }
        return instant;
    }
}
