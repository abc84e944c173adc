package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @Test
    @DisplayName("H6 lifetimes in seconds, minutes, hours and days, up to ten years")
    void readsLifetimes() {
        assertEquals(Duration.ofSeconds(1), Times.lifetime("1s"));
        assertEquals(Duration.ofMinutes(15), Times.lifetime("15m"));
        assertEquals(Duration.ofHours(12), Times.lifetime("12h"));
        assertEquals(Duration.ofDays(3650), Times.lifetime("3650d"));
    }

    @ParameterizedTest
    @DisplayName("H6 what is no lifetime is refused")
    @ValueSource(strings = {"", "0m", "15", "m", "-1m", "1.5h", "1w", "3651d", "87601h", "9999999999999999999d", "1d "})
    void refusesOthers(String text) {
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> Times.lifetime(text));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
    }

    @Test
    @DisplayName("H6 moments are shown in UTC to the second")
    void showsMoments() {
        assertEquals("2026-01-31T10:15:30Z", Times.show(FakeServer.NOW));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0s", "59, 59s", "60, 1m00s", "3599, 59m59s", "3600, 1h00m", "86399, 23h59m", "86400, 1d00h"})
    @DisplayName("H6 spans have their two largest units")
    void showsSpans(long seconds, String shown) {
        assertEquals(shown, Times.span(Duration.ofSeconds(seconds)));
    }
}
