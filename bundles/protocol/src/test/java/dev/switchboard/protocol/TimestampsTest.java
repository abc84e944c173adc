package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final Instant MOMENT = Instant.parse("2026-01-31T10:15:30Z");

    @ParameterizedTest
    @DisplayName("M3 a date-time with any ISO 8601 offset is the moment that it names")
    @ValueSource(
            strings = {
                "2026-01-31T10:15:30Z",
                "2026-01-31t10:15:30z",
                "2026-01-31T10:15:30.000000Z",
                "2026-01-31T12:15:30+02:00",
                "2026-01-31T12:15:30+0200",
                "2026-01-31T12:15:30+02",
                "2026-01-31T12:15:30.000+0200",
                "2026-01-31T04:45:30-0530",
                "2026-01-31T00:15:30-10",
                "2026-01-31T10:15:30+00:00:00"
            })
    void reads(String text) {
        assertEquals(MOMENT, Timestamps.parse(text));
    }

    @ParameterizedTest
    @DisplayName("M3 what names no moment is refused")
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-01-31",
                "2026-01-31T10:15:30",
                "2026-01-31+0200",
                "2026-01-31T10:15:30+2",
                "2026-01-31T10:15:30+020",
                "2026-01-31T10:15:30+02000",
                "2026-01-31T10:15:30+1900",
                "2026-01-31T10:15:30ZZ",
                "2026-02-30T10:15:30Z",
                "+10000-01-01T00:00:00Z",
                "9999-12-31T23:59:59-01:00",
                "-0001-12-31T23:59:59Z",
                "0000-01-01T00:00:00+00:01",
                "+999999999-12-31T23:59:59-18:00",
                "-999999999-01-01T00:00:00+18:00"
            })
    void refuses(String text) {
        assertThrows(DateTimeParseException.class, () -> Timestamps.parse(text));
    }

    @ParameterizedTest
    @DisplayName("M3 a moment is written in UTC with six digits behind the point")
    @ValueSource(
            strings = {
                "0000-01-01T00:00:00.000000Z",
                "0001-02-03T04:05:06.000007Z",
                "0999-10-20T23:59:59.999999Z",
                "1969-12-31T23:59:59.999999Z",
                "1970-01-01T00:00:00.000000Z",
                "2024-02-29T12:00:00.100000Z",
                "2026-01-31T10:15:30.123456Z",
                "9999-12-31T23:59:59.999999Z"
            })
    void writes(String text) {
        assertEquals(text, Timestamps.format(Instant.parse(text)));
        assertEquals(text, Timestamps.format(Instant.parse(text).plusNanos(999)));
        assertEquals(Instant.parse(text), Timestamps.parse(text));
    }

    @Test
    @DisplayName("M3 a moment in a year of more than four digits is written too")
    void writesFarMoments() {
        assertEquals("+10000-01-01T00:00:00.000000Z", Timestamps.format(Instant.parse("+10000-01-01T00:00:00Z")));
        assertEquals("-0001-01-01T00:00:00.000000Z", Timestamps.format(Instant.parse("-0001-01-01T00:00:00Z")));
    }
}
