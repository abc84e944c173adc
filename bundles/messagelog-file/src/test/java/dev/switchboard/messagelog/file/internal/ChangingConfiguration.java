package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.Settings;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A configuration that a test edits. */
final class ChangingConfiguration implements Configuration {
    private final List<Consumer<Settings>> listeners = new CopyOnWriteArrayList<>();
    private volatile Settings settings;

    ChangingConfiguration(Settings settings) {
        this.settings = settings;
    }

    void change(Settings changed) {
        settings = changed;
        listeners.forEach(listener -> listener.accept(changed));
    }

    int listeners() {
        return listeners.size();
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Registration onChange(Consumer<Settings> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<String> problems() {
        return List.of();
    }
}
