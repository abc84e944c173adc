package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("H4 a misspelt key is answered with the nearest one")
class KnownKeysTest {
    @ParameterizedTest
    @CsvSource({
        "limits.conections, limits.connections",
        "prot, port",
        "Host, host",
        "log.durabilty, log.durability",
        "auth_mode, auth.mode",
        "timeout.ping.seconds, timeouts.ping.seconds"
    })
    void theNearestKeyIsFound(String written, String meant) {
        assertEquals(meant, KnownKeys.nearestKey(written));
    }

    @Test
    void theNearestVariableIsFound() {
        assertEquals("SWITCHBOARD_PORT", KnownKeys.nearestVariable("SWITCHBOARD_PROT"));
        assertEquals("SWITCHBOARD_AUTH_MODE", KnownKeys.nearestVariable("SWITCHBOARD_AUTHMODE"));
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "'', abc, 3", "abc, '', 3", "abc, abc, 0", "kitten, sitting, 3", "flaw, lawn, 2"})
    void distancesAreCountedInEdits(String from, String to, int edits) {
        assertEquals(edits, KnownKeys.edits(from, to));
    }

    @Test
    void everyKeyIsFoundByKeyAndByVariable() {
        for (var setting : dev.switchboard.config.ServerSettings.all()) {
            assertEquals(setting, KnownKeys.byKey(setting.key()).orElseThrow());
            assertEquals(setting, KnownKeys.byVariable(setting.variable()).orElseThrow());
        }
        assertTrue(KnownKeys.byKey("service.pid").isEmpty());
    }
}
