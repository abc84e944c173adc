package dev.switchboard.config;

import java.util.HashMap;
import java.util.Map;

/**
 * All values at one moment: immutable, complete (what is not set has its default) and valid. Read it once per
 * operation.
 */
public final class Settings {
    private static final Settings DEFAULTS = new Settings(Map.of());

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /** Every key at its default. */
    public static Settings defaults() {
        return DEFAULTS;
    }

    /** The value of a key; its default if it is not set. */
    @SuppressWarnings("unchecked") // with() puts only a T under a Setting<T>'s key
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.key());
        return value != null ? (T) value : setting.defaultValue();
    }

    /** Whether the key has been given a value of its own. */
    public boolean has(Setting<?> setting) {
        return values.containsKey(setting.key());
    }

    /** These settings with one value changed. */
    public <T> Settings with(Setting<T> setting, T value) {
        Map<String, Object> copy = new HashMap<>(values);
        copy.put(setting.key(), value);
        return new Settings(Map.copyOf(copy));
    }

    /**
     * These settings with one value given as text.
     *
     * @throws IllegalArgumentException if the text is not valid for the key
     */
    public <T> Settings withText(Setting<T> setting, String text) {
        return with(setting, setting.parse(text));
    }

    /** The keys that have a value of their own; never the values, some of which are secret. */
    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
