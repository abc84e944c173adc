package dev.switchboard.config;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration of the running server, as a service: file and environment merged and validated. The service is
 * registered once the first complete, valid settings are known; a component that needs it takes a static reference.
 */
@ProviderType
public interface Configuration {
    /** The present settings. Never blocks. */
    Settings settings();

    /**
     * Calls the listener after each change, with the new settings, one call at a time, on the thread that made the
     * change. What it throws is logged. It is not called for the settings that hold at registration.
     *
     * @return ends the registration when closed
     */
    Registration onChange(Consumer<Settings> listener);

    /**
     * What is wrong in the sources of the present settings: unknown keys, and bad live edits whose old value goes on
     * to hold. One line for people each; empty if all is well.
     */
    List<String> problems();

    /** A registration that can be ended; ending it twice does nothing. */
    @ProviderType
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** A configuration that never changes, for tests and tools. */
    static Configuration of(Settings settings) {
        return new FixedConfiguration(settings);
    }
}
