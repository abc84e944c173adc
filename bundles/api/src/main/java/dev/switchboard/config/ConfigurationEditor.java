package dev.switchboard.config;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Shows where the configuration's values come from, and changes the file that they stand in. Registered together with
 * {@link Configuration}. Safe for use by many threads; a change takes up to some seconds.
 */
@ProviderType
public interface ConfigurationEditor {
    /** Every key, in the order in which they are documented. */
    List<ConfigurationEntry> entries();

    /**
     * One key.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} if there is no such key; the message names
     *         the nearest one
     */
    ConfigurationEntry entry(String key);

    /**
     * Gives a key a value. It is checked first, alone and together with the others, and written only if the server would start
     * with it.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} for a key that is not known, is a secret or
     *         is set by the environment, and for a value that is not valid; {@code STORAGE_UNAVAILABLE} if it cannot be written,
     *         {@code SERVICE_UNAVAILABLE} without Configuration Admin
     */
    Change set(String key, String value);

    /** Takes a key out of the file, so that its default holds; fails as {@link #set} does, and if the key is not in the file. */
    Change unset(String key);

    /**
     * What a change came to.
     *
     * @param before what held
     * @param after what holds now; as before if the key takes effect at start
     * @param file where it was written, empty if Configuration Admin keeps it without a file
     */
    record Change(ConfigurationEntry before, ConfigurationEntry after, Optional<String> file) {}
}
