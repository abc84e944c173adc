package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H4 the file that ships says what the code does")
class ShippedFileTest {
    private static final Path FILE = Path.of("..", "..", "config", "dev.switchboard.cfg");
    /** A key with its value: switched off like all that stand at their defaults, or on. */
    private static final Pattern ENTRY = Pattern.compile("(#?)([A-Za-z0-9._-]+) =(?: (.*))?");

    @Test
    void everyKeyStandsThereWithItsDefaultAndNoOther() throws IOException {
        Map<String, String> documented = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FILE)) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                String value = entry.group(3) == null ? "" : entry.group(3);
                assertEquals(null, documented.put(entry.group(2), value), "twice: " + entry.group(2));
            }
        }
        Map<String, String> defaults = new LinkedHashMap<>();
        ServerSettings.all().stream()
                .filter(setting -> !setting.secret())
                .forEach(setting -> defaults.put(setting.key(), setting.defaultText()));
        assertEquals(defaults, documented);
        assertEquals(List.copyOf(defaults.keySet()), List.copyOf(documented.keySet()), "in the order of the code");
    }

    @Test
    void itTellsWhereSecretsComeFromWithoutOfferingThemAsKeys() throws IOException {
        String text = Files.readString(FILE);
        for (Setting<?> secret :
                ServerSettings.all().stream().filter(Setting::secret).toList()) {
            assertTrue(text.contains(secret.variable() + "_FILE"), secret.key());
        }
    }

    @Test
    void asItShipsItChangesNothing(@TempDir Path home) throws IOException {
        var properties = new java.util.Properties();
        try (var reader = Files.newBufferedReader(FILE)) {
            properties.load(reader);
        }
        Hashtable<String, Object> entries = new Hashtable<>();
        properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
        var resolver = new SettingsResolver(Environment.of(Map.of()), new DataDirectory(home));
        var shipped = resolver.atStart(FileEntries.of(entries));
        assertEquals(List.of(), shipped.failures());
        assertEquals(List.of(), shipped.problems());
        var defaults = resolver.atStart(FileEntries.none()).settings();
        List<String> different = new ArrayList<>();
        for (Setting<?> setting : ServerSettings.all()) {
            if (SettingsResolver.differs(setting, defaults, shipped.settings())) {
                different.add(setting.key());
            }
        }
        assertEquals(List.of(), different);
    }

    @Test
    void whatIsMarkedAtStartIsNotLive() throws IOException {
        String comment = "";
        for (String line : Files.readAllLines(FILE)) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                boolean live = KnownKeys.byKey(entry.group(2)).orElseThrow().live();
                assertEquals(!live, comment.endsWith("At start."), entry.group(2));
                comment = "";
            } else {
                comment = line.isBlank() ? "" : comment + line;
            }
        }
    }
}
