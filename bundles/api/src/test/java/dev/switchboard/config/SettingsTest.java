package dev.switchboard.config;

import static dev.switchboard.config.ServerSettings.AUTH_TOKEN;
import static dev.switchboard.config.ServerSettings.PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H4 settings are complete, valid and never change")
class SettingsTest {
    @Test
    void aChangeLeavesTheOldSettingsAsTheyWere() {
        Settings defaults = Settings.defaults();
        Settings changed = defaults.withText(PORT, " 9000 ");
        assertEquals(9000, changed.get(PORT));
        assertTrue(changed.has(PORT));
        assertEquals(8443, defaults.get(PORT));
        assertFalse(defaults.has(PORT));
    }

    @Test
    void aBadTextChangesNothing() {
        assertThrows(IllegalArgumentException.class, () -> Settings.defaults().withText(PORT, "65536"));
    }

    @Test
    void theyAreShownWithoutTheirValues() {
        String shown = Settings.defaults().with(AUTH_TOKEN, "hunter2").toString();
        assertTrue(shown.contains("auth.token"), shown);
        assertFalse(shown.contains("hunter2"), shown);
    }

    @Test
    void aFixedConfigurationNeverChanges() {
        Settings settings = Settings.defaults().with(PORT, 0);
        Configuration configuration = Configuration.of(settings);
        assertEquals(settings, configuration.settings());
        assertTrue(configuration.problems().isEmpty());
        var registration = configuration.onChange(changed -> {
            throw new AssertionError("it never changes");
        });
        registration.close();
        registration.close();
    }
}
