package dev.switchboard.mock.session;

/** UTC timestamps with milliseconds. Written by hand, because the JDK's formatter costs 20 ms of start-up. */
public final class Timestamps {

    private static final long DAY = 86_400_000L;

    private Timestamps() {}

    public static String now() {
        return format(System.currentTimeMillis());
    }

    /** ISO 8601, for example {@code 2026-01-31T10:15:30.123Z}. */
    static String format(long epochMillis) {
        long days = Math.floorDiv(epochMillis, DAY);
        int millis = (int) Math.floorMod(epochMillis, DAY);
        // Days to a civil date by eras of 400 years, counted from 1 March of the year 0.
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shiftedMonth = (5 * dayOfYear + 2) / 153;
        int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        StringBuilder text = new StringBuilder(24);
        digits(text, year, 4).append('-');
        digits(text, month, 2).append('-');
        digits(text, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2).append('T');
        digits(text, millis / 3_600_000, 2).append(':');
        digits(text, millis / 60_000 % 60, 2).append(':');
        digits(text, millis / 1_000 % 60, 2).append('.');
        return digits(text, millis % 1_000, 3).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, long value, int width) {
        String digits = Long.toString(value);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits);
    }
}
