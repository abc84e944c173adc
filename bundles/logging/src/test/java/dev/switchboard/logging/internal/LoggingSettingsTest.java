package dev.switchboard.logging.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.LoggingFormat;
import dev.switchboard.config.ServerSettings.LoggingLevel;
import dev.switchboard.config.Settings;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.ConfigurationAdmin;

class LoggingSettingsTest {
    private final List<Consumer<Settings>> listeners = new ArrayList<>();
    private Settings settings = Settings.defaults();
    private Dictionary<String, Object> logging;
    private int updates;

    private final Configuration configuration = new Configuration() {
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
    };

    /** Knows one configuration and nothing else. */
    private ConfigurationAdmin admin() {
        ClassLoader loader = getClass().getClassLoader();
        Object pax = Proxy.newProxyInstance(
                loader, new Class<?>[] {org.osgi.service.cm.Configuration.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("update")) {
                        @SuppressWarnings("unchecked") // what the method takes
                        Dictionary<String, Object> next = (Dictionary<String, Object>) arguments[0];
                        logging = next;
                        updates++;
                        return null;
                    }
                    assertEquals("getProperties", method.getName());
                    return logging;
                });
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                loader, new Class<?>[] {ConfigurationAdmin.class}, (proxy, method, arguments) -> {
                    assertEquals("getConfiguration", method.getName());
                    assertEquals(LoggingSettings.PID, arguments[0]);
                    return pax;
                });
    }

    private void change(Settings next) {
        settings = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    @Test
    @DisplayName("H3 H4 level and format take effect at start and live; nothing is touched that is as it should be")
    void follows() {
        logging = new Hashtable<>(Map.of(
                LoggingSettings.LEVEL,
                "info",
                "log4j2.rootLogger.appenderRef.file.ref",
                "Json",
                "log4j2.rootLogger.appenderRef.console.ref",
                "Console",
                "log4j2.logger.one.level",
                "trace",
                "log4j2.logger.one.appenderRef.file.ref",
                "Json"));
        LoggingSettings following = new LoggingSettings(configuration, admin());
        assertEquals(0, updates);

        change(settings.with(ServerSettings.LOGGING_LEVEL, LoggingLevel.DEBUG));
        assertEquals("debug", logging.get(LoggingSettings.LEVEL));
        assertEquals("Json", logging.get("log4j2.rootLogger.appenderRef.file.ref"));

        change(settings.with(ServerSettings.LOGGING_FORMAT, LoggingFormat.TEXT));
        assertEquals("Text", logging.get("log4j2.rootLogger.appenderRef.file.ref"));
        assertEquals("Text", logging.get("log4j2.logger.one.appenderRef.file.ref"));
        assertEquals("Console", logging.get("log4j2.rootLogger.appenderRef.console.ref"));
        assertEquals("trace", logging.get("log4j2.logger.one.level"));
        assertEquals(2, updates);

        change(settings.with(ServerSettings.LIMITS_PROJECTS, 7));
        assertEquals(2, updates);
        following.deactivate();
        assertEquals(List.of(), listeners);
    }

    @Test
    @DisplayName("H4 without a configuration of the logging nothing is made up")
    void toleratesNone() {
        new LoggingSettings(configuration, admin());
        assertNull(logging);
        assertEquals(0, updates);
    }
}
