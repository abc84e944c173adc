package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.DATA_DIR;

import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.config.internal.SettingsResolver.Resolution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.service.cm.ManagedService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what ConfigAdmin hands over: the first time it makes the configuration, or refuses to start; then it changes
 * it.
 *
 * <p>ConfigAdmin may ask before File Install has read the file; its "there is no configuration" is then not true yet.
 */
final class ConfigurationLoader implements ManagedService {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationLoader.class);

    private final ConfigurationFile file;
    private final SettingsResolver resolver;
    private final DataDirectory directory;
    private final StartRefusal refusal;
    private final Consumer<LiveConfiguration> publisher;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition handedOver = lock.newCondition();
    private LiveConfiguration configuration;
    private HoldingEntries holding;
    private long updates;
    private boolean refused;

    /** @param publisher gets the configuration once it is known */
    ConfigurationLoader(
            ConfigurationFile file,
            SettingsResolver resolver,
            DataDirectory directory,
            StartRefusal refusal,
            Consumer<LiveConfiguration> publisher) {
        this.file = file;
        this.resolver = resolver;
        this.directory = directory;
        this.refusal = refusal;
        this.publisher = publisher;
    }

    @Override
    public void updated(Dictionary<String, ?> properties) {
        lock.lock();
        try {
            if (refused) {
                return;
            }
            if (properties == null && file.find().isPresent()) {
                LOG.debug("{} exists and has not been read yet", file);
                return;
            }
            FileEntries entries = properties == null ? FileEntries.none() : FileEntries.of(properties);
            if (configuration == null) {
                start(entries);
            } else {
                configuration.change(resolver.whileRunning(entries, configuration.settings()));
                holding = holding.after(entries, configuration.settings());
            }
            updates++;
            handedOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses to start if nothing has come by now. */
    void giveUp() {
        lock.lock();
        try {
            if (configuration == null && !refused) {
                String reason = file.find()
                        .map(found -> found
                                + " was not read: expected a file that the server may read, as lines of key = value")
                        .orElse("no configuration was handed over: expected Configuration Admin to run");
                refuse(List.of(reason));
            }
        } finally {
            lock.unlock();
        }
    }

    /** What holds for every key; nothing before the configuration is known. */
    List<ConfigurationEntry> holding() {
        lock.lock();
        try {
            return configuration == null
                    ? List.of()
                    : ServerSettings.all().stream()
                            .map(setting -> holding.of(setting, configuration.settings()))
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    /** How often something has been handed over; for {@link #awaitBeyond}. */
    long updates() {
        lock.lock();
        try {
            return updates;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when more has been handed over than that.
     *
     * @return whether it has, within the bound
     */
    boolean awaitBeyond(long seen, Duration bound) throws InterruptedException {
        long left = bound.toNanos();
        lock.lockInterruptibly();
        try {
            while (updates <= seen && left > 0) {
                left = handedOver.awaitNanos(left);
            }
            return updates > seen;
        } finally {
            lock.unlock();
        }
    }

    private void start(FileEntries entries) {
        Resolution resolution = resolver.atStart(entries);
        if (!resolution.failures().isEmpty()) {
            refuse(resolution.failures());
            return;
        }
        Settings settings;
        try {
            Path prepared = directory.prepare(Path.of(resolution.settings().get(DATA_DIR)));
            settings = resolution.settings().with(DATA_DIR, prepared.toString());
        } catch (IllegalArgumentException e) {
            refuse(List.of(e.getMessage()));
            return;
        }
        refusal.started();
        configuration = new LiveConfiguration(settings, resolution.problems());
        holding = HoldingEntries.atStart(entries, resolver.environment());
        publisher.accept(configuration);
    }

    private void refuse(List<String> reasons) {
        refused = refusal.refuse(reasons);
    }
}
