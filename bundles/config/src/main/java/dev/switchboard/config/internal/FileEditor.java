package dev.switchboard.config.internal;

import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Edits the configuration file, then hands the same to Configuration Admin, so that it holds at once.
 *
 * <p>File Install could write the file too, but does so in place at every change and every start: a crash or a full disk
 * then leaves it empty. The distribution has that switched off ({@code felix.fileinstall.enableConfigSave}).
 */
final class FileEditor implements ConfigurationEditor {
    /** Configuration Admin hands a change over at once, after what it is at. */
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final Supplier<Optional<ConfigurationAdmin>> admin;
    private final SettingsResolver resolver;
    private final ConfigurationLoader loader;
    private final ReentrantLock edits = new ReentrantLock();

    FileEditor(Supplier<Optional<ConfigurationAdmin>> admin, SettingsResolver resolver, ConfigurationLoader loader) {
        this.admin = admin;
        this.resolver = resolver;
        this.loader = loader;
    }

    @Override
    public List<ConfigurationEntry> entries() {
        return loader.holding();
    }

    @Override
    public ConfigurationEntry entry(String key) {
        Setting<?> setting = known(key);
        return entries().stream()
                .filter(entry -> entry.setting() == setting)
                .findAny()
                .orElseThrow();
    }

    @Override
    public Change set(String key, String value) {
        Setting<?> setting = editable(key);
        if (!Problem.oneLine(value).equals(value)) {
            throw invalid(key, "the value of " + key + " has control characters; expected one line of text");
        }
        if (value.contains("${") || value.contains("$[")) {
            throw invalid(key, "the value of " + key + " has ${ or $[, which would be replaced when the file is read");
        }
        try {
            setting.parse(value);
        } catch (IllegalArgumentException e) {
            throw invalid(key, Problem.oneLine(e.getMessage()));
        }
        return edit(key, Optional.of(value.strip()));
    }

    @Override
    public Change unset(String key) {
        editable(key);
        return edit(key, Optional.empty());
    }

    /** @param value none takes the key out */
    private Change edit(String key, Optional<String> value) {
        edits.lock();
        try {
            Configuration configuration = configuration();
            Dictionary<String, Object> present = configuration.getProperties();
            Dictionary<String, Object> edited = present == null ? new Hashtable<>() : copy(present);
            if (value.isPresent()) {
                edited.put(key, value.get());
            } else if (edited.remove(key) == null) {
                throw invalid(key, key + " is not set in the configuration file");
            }
            check(key, present == null ? FileEntries.none() : FileEntries.of(present), FileEntries.of(edited));
            Optional<Path> file = file(edited);
            if (file.filter(path -> !path.toString().endsWith(".cfg")).isPresent()) {
                throw invalid(
                        key,
                        file.get()
                                + " is not edited from here, for only a file of lines key = value (.cfg) is; change it"
                                + " by hand, which takes effect as well");
            }
            ConfigurationEntry before = entry(key);
            long seen = loader.updates();
            if (file.isPresent()) {
                write(file.get(), key, value);
            }
            configuration.update(edited);
            if (!loader.awaitBeyond(seen, BOUND)) {
                throw new SwitchboardException(
                        ErrorCode.INTERNAL_ERROR,
                        "the change was not handed over within " + BOUND.toSeconds() + " s; it may still be");
            }
            return new Change(before, entry(key), file.map(Path::toString));
        } catch (IOException e) {
            throw new SwitchboardException(
                    ErrorCode.STORAGE_UNAVAILABLE, "the configuration cannot be kept: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SwitchboardException(
                    ErrorCode.INTERNAL_ERROR, "the change was not waited for; it may still happen");
        } finally {
            edits.unlock();
        }
    }

    private static void write(Path file, String key, Optional<String> value) {
        try {
            PropertiesFile.edit(file, key, value);
        } catch (IOException e) {
            throw new SwitchboardException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    file + " cannot be replaced, and nothing was changed (expected a file and a directory that the"
                            + " server's user may write, and room on the disk): " + Problem.oneLine(e.toString()));
        }
    }

    private Configuration configuration() throws IOException {
        ConfigurationAdmin present = admin.get()
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.SERVICE_UNAVAILABLE,
                        "Configuration Admin is not there, so nothing can be changed; edit the file instead",
                        Map.of("service", "configuration")));
        // Without a location it is not bound to this bundle, which would lose it with an update.
        return present.getConfiguration(ServerSettings.PID, null);
    }

    private static Dictionary<String, Object> copy(Dictionary<String, Object> properties) {
        Dictionary<String, Object> copy = new Hashtable<>();
        properties.keys().asIterator().forEachRemaining(name -> copy.put(name, properties.get(name)));
        return copy;
    }

    private static Optional<Path> file(Dictionary<String, Object> properties) {
        return Optional.ofNullable(properties.get(FileEntries.FILE_NAME))
                .map(Object::toString)
                .map(name -> name.startsWith("file:") ? Path.of(URI.create(name)) : Path.of(name));
    }

    /** Refuses what a server could not start with, unless it could not before either. */
    private void check(String key, FileEntries present, FileEntries edited) {
        List<String> before = resolver.atStart(present).failures();
        resolver.atStart(edited).failures().stream()
                .filter(failure -> !before.contains(failure))
                .findFirst()
                .ifPresent(failure -> {
                    throw invalid(key, failure);
                });
    }

    private Setting<?> editable(String key) {
        Setting<?> setting = known(key);
        if (setting.secret()) {
            throw invalid(
                    key,
                    key + " is a secret, which does not belong into the file: set " + setting.variable() + " or "
                            + setting.variable() + "_FILE and restart");
        }
        Entry variable = resolver.environment().entries().get(key);
        if (variable != null) {
            throw invalid(
                    key,
                    key + " is set by the environment variable " + variable.origin()
                            + ", which wins over the file; change it there and restart");
        }
        return setting;
    }

    private static Setting<?> known(String key) {
        return KnownKeys.byKey(key)
                .orElseThrow(() -> invalid(
                        key,
                        "\"" + Problem.oneLine(key) + "\" is not a key; the nearest one is "
                                + KnownKeys.nearestKey(key)));
    }

    private static SwitchboardException invalid(String key, String message) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, message, Map.of("field", key));
    }
}
