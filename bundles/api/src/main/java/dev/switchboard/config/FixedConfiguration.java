package dev.switchboard.config;

import java.util.List;
import java.util.function.Consumer;

/** Settings that stay as they are. */
record FixedConfiguration(Settings settings) implements Configuration {
    @Override
    public Registration onChange(Consumer<Settings> listener) {
        return () -> {};
    }

    @Override
    public List<String> problems() {
        return List.of();
    }
}
