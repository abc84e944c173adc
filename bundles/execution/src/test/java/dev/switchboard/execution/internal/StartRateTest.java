package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StartRateTest {
    private final StartRate rate = new StartRate();

    private void start(int limit, long at) {
        rate.check(limit, at);
        rate.count(at);
    }

    @Test
    @DisplayName("C4 as many starts within any minute as allowed, and not one more; it is said when the next may come")
    void limit() {
        start(2, 1_000);
        start(2, 11_000);
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> rate.check(2, 31_000));
        assertEquals(ErrorCode.RESOURCE_LIMIT, e.code());
        assertEquals(2, e.details().get("limit"));
        assertEquals(2, e.details().get("current"));
        assertEquals(30_000L, e.details().get("retry_after_ms"));
        assertThrows(SwitchboardException.class, () -> rate.check(2, 60_999));
        start(2, 61_000);
        assertThrows(SwitchboardException.class, () -> rate.check(2, 70_999));
        start(2, 71_000);
    }

    @Test
    @DisplayName("C4 a limit of 0 is none, and one that is lowered holds at once")
    void changes() {
        for (int i = 0; i < 100; i++) {
            start(0, 1_000 + i);
        }
        assertThrows(SwitchboardException.class, () -> rate.check(100, 2_000));
        assertDoesNotThrow(() -> rate.check(101, 2_000));
    }

    @Test
    @DisplayName("C4 what was refused does not count")
    void refusedIsNotCounted() {
        start(1, 0);
        for (int i = 1; i < 60; i++) {
            int second = i;
            assertThrows(SwitchboardException.class, () -> rate.check(1, second * 1000L));
        }
        start(1, 60_000);
    }
}
