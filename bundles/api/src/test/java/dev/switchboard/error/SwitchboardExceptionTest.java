package dev.switchboard.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SwitchboardExceptionTest {
    @Test
    @DisplayName("C4 details keep their order, and nobody changes them afterwards")
    void details() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("resource", "projects");
        given.put("limit", 100);
        given.put("current", 100);
        SwitchboardException error = new SwitchboardException(ErrorCode.RESOURCE_LIMIT, "too many", given);
        given.put("later", true);
        assertEquals(
                List.of("resource", "limit", "current"),
                List.copyOf(error.details().keySet()));
        assertThrows(UnsupportedOperationException.class, () -> error.details().put("x", 1));
        assertEquals(ErrorCode.RESOURCE_LIMIT, error.code());
        assertEquals("too many", error.getMessage());
        assertNull(error.getCause());
    }

    @Test
    void cause() {
        Exception cause = new IllegalStateException("for the log only");
        SwitchboardException error = new SwitchboardException(ErrorCode.INTERNAL_ERROR, "it failed", Map.of(), cause);
        assertSame(cause, error.getCause());
        assertEquals(Map.of(), error.details());
        assertThrows(NullPointerException.class, () -> new SwitchboardException(null, "x"));
        assertThrows(NullPointerException.class, () -> new SwitchboardException(ErrorCode.INTERNAL_ERROR, null));
    }
}
