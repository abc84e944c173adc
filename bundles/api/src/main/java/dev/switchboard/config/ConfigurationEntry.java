package dev.switchboard.config;

import java.util.Objects;

/**
 * What holds for one key, and why; a snapshot.
 *
 * @param value the text that it holds as, as it would stand in the file; of a secret only whether it is set
 * @param source where the value comes from
 * @param origin the name of the environment variable, or the file's path; empty text for a default
 */
public record ConfigurationEntry(Setting<?> setting, String value, Source source, String origin) {
    /** What is shown in place of a secret. */
    public static final String MASK = "(secret)";

    /** Where values come from. */
    public enum Source {
        /** Nobody has set the key. */
        DEFAULT,
        /** The configuration file, or what else has put it into Configuration Admin. */
        FILE,
        /** An environment variable, which wins over the file. */
        ENVIRONMENT
    }

    public ConfigurationEntry {
        Objects.requireNonNull(setting, "setting");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(origin, "origin");
        value = setting.secret() && !value.isEmpty() ? MASK : value;
    }
}
