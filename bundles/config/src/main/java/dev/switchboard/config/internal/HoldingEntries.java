package dev.switchboard.config.internal;

import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ConfigurationEntry.Source;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Of each key the text that holds: what was written last unless that was refused, or waits for a restart. A key that is not in
 * it has its default.
 */
final class HoldingEntries {
    private final Map<String, Entry> entries;
    private final Environment environment;

    private HoldingEntries(Map<String, Entry> entries, Environment environment) {
        this.entries = Map.copyOf(entries);
        this.environment = environment;
    }

    /** With these the server has started. */
    static HoldingEntries atStart(FileEntries file, Environment environment) {
        return new HoldingEntries(written(file, environment), environment);
    }

    /** What holds after an edit that led to these settings. */
    HoldingEntries after(FileEntries file, Settings settings) {
        Map<String, Entry> written = written(file, environment);
        Map<String, Entry> holding = new HashMap<>();
        for (Setting<?> setting : ServerSettings.all()) {
            Optional<Entry> last = Optional.ofNullable(written.get(setting.key()));
            Optional<Entry> held =
                    isHeld(setting, last, settings) ? last : Optional.ofNullable(entries.get(setting.key()));
            held.ifPresent(entry -> holding.put(setting.key(), entry));
        }
        return new HoldingEntries(holding, environment);
    }

    private static Map<String, Entry> written(FileEntries file, Environment environment) {
        Map<String, Entry> written = new HashMap<>(file.entries());
        written.putAll(environment.entries());
        return written;
    }

    private static boolean isHeld(Setting<?> setting, Optional<Entry> entry, Settings settings) {
        try {
            return setting.parse(entry.map(Entry::text).orElse(setting.defaultText()))
                    .equals(settings.get(setting));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What is shown of a key. */
    ConfigurationEntry of(Setting<?> setting, Settings settings) {
        Optional<Entry> entry = Optional.ofNullable(entries.get(setting.key()));
        String text = setting == ServerSettings.DATA_DIR
                ? settings.get(ServerSettings.DATA_DIR) // the directory that an empty text, ~ or a link means
                : entry.map(Entry::text).map(String::strip).orElse(setting.defaultText());
        return new ConfigurationEntry(
                setting, text, source(setting, entry), entry.map(Entry::origin).orElse(""));
    }

    private Source source(Setting<?> setting, Optional<Entry> entry) {
        if (entry.isEmpty()) {
            return Source.DEFAULT;
        }
        return environment.entries().containsKey(setting.key()) ? Source.ENVIRONMENT : Source.FILE;
    }
}
