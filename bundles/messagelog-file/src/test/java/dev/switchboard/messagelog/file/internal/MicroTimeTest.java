package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("M1 times in the log")
class MicroTimeTest {
    private static final long FIRST = MicroTime.floor(Instant.parse("0000-01-01T00:00:00Z"));
    private static final long LAST = MicroTime.floor(Instant.parse("9999-12-31T23:59:59.999999Z"));

    private static void assertComesBack(long micros) {
        String text = MicroTime.format(micros);
        assertEquals(micros, MicroTime.parse(text), text);
        assertEquals(MicroTime.toInstant(micros), Instant.parse(text));
    }

    @Test
    void comesBackAsItWasWritten() {
        for (long micros : new long[] {FIRST, -1, 0, 1, 999_999, LAST}) {
            assertComesBack(micros);
        }
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            assertComesBack(FIRST + (long) (random.nextDouble() * (LAST - FIRST)));
        }
    }

    @Test
    void knowsTheCalendar() {
        assertEquals(
                MicroTime.floor(Instant.parse("2028-02-29T23:59:59.5Z")),
                MicroTime.parse("2028-02-29T23:59:59.500000Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-31T10:15:30Z",
                "2026-01-31T10:15:30.123Z",
                "2026-01-31T10:15:30.1234567Z",
                "2026-01-31 10:15:30.123456Z",
                "2026-01-31T10:15:30,123456Z",
                "2026-01-31T10:15:30.123456z",
                "2026-01-31T10:15:30.12345 Z",
                "+026-01-31T10:15:30.123456Z",
                "2026-02-30T10:15:30.123456Z",
                "2027-02-29T10:15:30.123456Z",
                "2026-00-31T10:15:30.123456Z",
                "2026-13-31T10:15:30.123456Z",
                "2026-01-00T10:15:30.123456Z",
                "2026-01-31T24:00:00.000000Z",
                "2026-01-31T10:60:00.000000Z",
                "2026-01-31T10:15:60.000000Z",
                "2026-01-31T10:15:30.-12345Z"
            })
    void takesNothingElse(String text) {
        assertEquals(MicroTime.INVALID, MicroTime.parse(text));
    }
}
