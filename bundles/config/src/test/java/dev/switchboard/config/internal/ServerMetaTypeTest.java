package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

@DisplayName("H4 the configuration is described to tools")
class ServerMetaTypeTest {
    private final ObjectClassDefinition description =
            new ServerMetaType().getObjectClassDefinition(ServerSettings.PID, null);

    @Test
    void everyKeyIsDescribedExceptSecrets() {
        List<String> expected = ServerSettings.all().stream()
                .filter(setting -> !setting.secret())
                .map(Setting::key)
                .toList();
        assertEquals(
                expected, Arrays.stream(all()).map(AttributeDefinition::getID).toList());
        assertEquals(0, description.getAttributeDefinitions(ObjectClassDefinition.REQUIRED).length);
        assertEquals(expected.size(), description.getAttributeDefinitions(ObjectClassDefinition.OPTIONAL).length);
    }

    @Test
    void defaultsAreValidAndBadValuesAreExplained() {
        for (AttributeDefinition attribute : all()) {
            for (String value : attribute.getDefaultValue() == null ? new String[0] : attribute.getDefaultValue()) {
                assertEquals("", attribute.validate(value), attribute.getID());
            }
        }
        assertEquals("", find("port").validate("65535"));
        assertTrue(find("port").validate("65536").contains("from 0 to 65535"));
    }

    @Test
    void typesAndOptionsFollowTheSettings() {
        assertEquals(AttributeDefinition.INTEGER, find("port").getType());
        assertEquals(AttributeDefinition.LONG, find("log.rotate.bytes").getType());
        assertEquals(AttributeDefinition.BOOLEAN, find("log.rotate.daily").getType());
        assertEquals(AttributeDefinition.STRING, find("auth.mode").getType());
        assertArrayEquals(new String[] {"token", "none"}, find("auth.mode").getOptionValues());
        assertArrayEquals(new String[] {"token", "none"}, find("auth.mode").getOptionLabels());
        assertArrayEquals(new String[] {"keep", "stop"}, find("shutdown.agents").getOptionValues());
        assertArrayEquals(new String[] {"keep"}, find("shutdown.agents").getDefaultValue());
        assertNull(find("host").getOptionValues());
        assertArrayEquals(new String[] {"localhost"}, find("host").getDefaultValue());
        assertNull(find("data.dir").getDefaultValue());
    }

    @Test
    void descriptionsSayWhatIsRightAndWhenItHolds() {
        assertTrue(find("port")
                .getDescription()
                .endsWith("Takes a whole number from 0 to 65535;" + " a change takes effect after a restart."));
        assertTrue(find("limits.projects").getDescription().endsWith("from 0 to 100000."));
    }

    @Test
    void nothingElseIsDescribed() {
        assertThrows(
                IllegalArgumentException.class, () -> new ServerMetaType().getObjectClassDefinition("other", null));
    }

    private AttributeDefinition[] all() {
        return description.getAttributeDefinitions(ObjectClassDefinition.ALL);
    }

    private AttributeDefinition find(String key) {
        return Arrays.stream(all())
                .filter(attribute -> attribute.getID().equals(key))
                .findAny()
                .orElseThrow();
    }
}
