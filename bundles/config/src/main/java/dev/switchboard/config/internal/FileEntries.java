package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What ConfigAdmin has under our PID, which is what stands in the configuration file.
 *
 * @param entries by key
 * @param problems keys that mean nothing there
 */
record FileEntries(Map<String, Entry> entries, List<Problem> problems) {
    /** The property under which File Install keeps where it read the configuration. */
    static final String FILE_NAME = "felix.fileinstall.filename";
    /** Beginnings of the properties that ConfigAdmin, File Install and Karaf add of their own. */
    private static final List<String> FRAMEWORK =
            List.of("service.", "felix.", "component.", "org.apache.karaf.", ".", ":");

    /** The entries of a configuration that does not exist. */
    static FileEntries none() {
        return new FileEntries(Map.of(), List.of());
    }

    static FileEntries of(Dictionary<String, ?> properties) {
        FileEntries file = new FileEntries(new HashMap<>(), new ArrayList<>());
        Object name = properties.get(FILE_NAME);
        String origin = name == null ? "the configuration " + ServerSettings.PID : withoutScheme(name.toString());
        List<String> keys = Collections.list(properties.keys());
        keys.stream()
                .sorted()
                .filter(key -> FRAMEWORK.stream().noneMatch(key::startsWith))
                .forEach(key -> {
                    file.read(key, properties.get(key), origin);
                });
        return file;
    }

    private void read(String key, Object value, String origin) {
        Optional<Setting<?>> setting = KnownKeys.byKey(key);
        if (setting.isEmpty()) {
            problems.add(Problem.notice("\"" + key + "\" in " + origin
                    + " is not known and does nothing; the nearest key is " + KnownKeys.nearestKey(key)));
        } else if (setting.get().secret()) {
            // There it would be shown by config:list to everybody who may look at the configuration.
            problems.add(Problem.harm(key + " is a secret and is not read from " + origin + ": delete it there and set "
                    + setting.get().variable() + " or " + setting.get().variable() + "_FILE"));
        } else {
            entries.put(key, new Entry(text(value), origin));
        }
    }

    private static String text(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        if (value.getClass().isArray()) {
            return IntStream.range(0, Array.getLength(value))
                    .mapToObj(i -> String.valueOf(Array.get(value, i)))
                    .collect(Collectors.joining(","));
        }
        return value.toString();
    }

    private static String withoutScheme(String name) {
        return name.startsWith("file:") ? name.substring("file:".length()) : name;
    }
}
