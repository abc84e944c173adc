package dev.switchboard.config.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.config.internal.SettingsResolver.Resolution;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that hold, replaced whole at each change. */
final class LiveConfiguration implements Configuration {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfiguration.class);

    private final ReentrantLock changes = new ReentrantLock();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile State state;

    private record State(Settings settings, List<Problem> problems) {}

    /** Its own identity, so that a listener that is registered twice ends twice. */
    private static final class Subscription {
        private final Consumer<Settings> listener;

        Subscription(Consumer<Settings> listener) {
            this.listener = listener;
        }
    }

    LiveConfiguration(Settings settings, List<Problem> problems) {
        state = new State(settings, problems);
        problems.forEach(problem -> LOG.warn("{}", problem.text()));
    }

    @Override
    public Settings settings() {
        return state.settings;
    }

    @Override
    public Registration onChange(Consumer<Settings> listener) {
        Subscription subscription = new Subscription(listener);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    @Override
    public List<String> problems() {
        return state.problems.stream().map(Problem::text).toList();
    }

    /** Those problems that need somebody's attention. */
    List<String> harm() {
        return state.problems.stream()
                .filter(Problem::harmful)
                .map(Problem::text)
                .toList();
    }

    /** Takes over what was resolved against the present settings, and tells whoever wants to know if they differ. */
    void change(Resolution resolution) {
        changes.lock();
        try {
            State old = state;
            state = new State(resolution.settings(), resolution.problems());
            resolution.problems().stream()
                    .filter(problem -> !old.problems.contains(problem))
                    .forEach(problem -> LOG.warn("{}", problem.text()));
            List<String> changed = changedKeys(old.settings, resolution.settings());
            if (!changed.isEmpty()) {
                LOG.info("changed: {}", String.join(", ", changed));
                subscriptions.forEach(subscription -> tell(subscription, resolution.settings()));
            }
        } finally {
            changes.unlock();
        }
    }

    private static List<String> changedKeys(Settings old, Settings present) {
        return ServerSettings.all().stream()
                .filter(setting -> SettingsResolver.differs(setting, old, present))
                .map(setting -> setting.key())
                .toList();
    }

    private static void tell(Subscription subscription, Settings settings) {
        try {
            subscription.listener.accept(settings);
        } catch (RuntimeException e) {
            LOG.error("a listener failed to take over the changed configuration", e);
        }
    }
}
