package dev.switchboard.logging.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Pax Logging follow {@code logging.level} and {@code logging.format}, by changing its configuration in the same way as
 * Karaf's {@code log:set}. All else that it says, and what was set in the shell for single loggers, stays.
 */
@Component(
        immediate = true,
        service = {})
public final class LoggingSettings {
    static final String PID = "org.ops4j.pax.logging";
    static final String LEVEL = "log4j2.rootLogger.level";

    /** Whoever writes to the log file refers to it like this, by the name of one of the two appenders that can. */
    static final String FILE_REFERENCE = ".appenderRef.file.ref";

    private static final Logger LOG = LoggerFactory.getLogger(LoggingSettings.class);

    private final ConfigurationAdmin admin;
    private final Configuration.Registration registration;
    private final ReentrantLock lock = new ReentrantLock();

    @Activate
    public LoggingSettings(@Reference Configuration configuration, @Reference ConfigurationAdmin admin) {
        this.admin = admin;
        registration = configuration.onChange(this::apply);
        apply(configuration.settings());
    }

    private void apply(Settings settings) {
        lock.lock();
        try {
            org.osgi.service.cm.Configuration logging = admin.getConfiguration(PID, "?");
            Dictionary<String, Object> properties = logging.getProperties();
            if (properties == null) {
                LOG.warn(
                        "{} and {} have no effect: there is no configuration {} to be changed",
                        ServerSettings.LOGGING_LEVEL,
                        ServerSettings.LOGGING_FORMAT,
                        PID);
            } else if (change(properties, settings)) {
                logging.update(properties);
            }
        } catch (IOException e) {
            LOG.error(
                    "{} and {} cannot be brought into effect",
                    ServerSettings.LOGGING_LEVEL,
                    ServerSettings.LOGGING_FORMAT,
                    e);
        } finally {
            lock.unlock();
        }
    }

    /** @return whether anything was not as it should be */
    private static boolean change(Dictionary<String, Object> properties, Settings settings) {
        boolean changed = set(
                properties, LEVEL, settings.get(ServerSettings.LOGGING_LEVEL).name());
        String appender = appender(settings.get(ServerSettings.LOGGING_FORMAT));
        for (String key : Collections.list(properties.keys())) {
            if (key.endsWith(FILE_REFERENCE)) {
                changed |= set(properties, key, appender);
            }
        }
        return changed;
    }

    private static String appender(ServerSettings.LoggingFormat format) {
        return switch (format) {
            case JSON -> "Json";
            case TEXT -> "Text";
        };
    }

    private static boolean set(Dictionary<String, Object> properties, String key, String value) {
        Object before = properties.get(key);
        if (value.equalsIgnoreCase(String.valueOf(before))) {
            return false;
        }
        properties.put(key, key.equals(LEVEL) ? value.toLowerCase(Locale.ROOT) : value);
        return true;
    }

    @Deactivate
    void deactivate() {
        registration.close();
    }
}
