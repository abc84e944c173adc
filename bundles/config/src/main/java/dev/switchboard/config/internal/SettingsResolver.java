package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.DATA_DIR;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes settings of what file and environment say. The environment wins, also over what is written later. */
final class SettingsResolver {
    private final Environment environment;
    private final DataDirectory directory;

    /**
     * @param failures why the settings must not be used to start a server; one line each
     * @param problems what is wrong in the sources although the settings hold
     */
    record Resolution(Settings settings, List<String> failures, List<Problem> problems) {
        Resolution {
            failures = List.copyOf(failures);
            problems = List.copyOf(problems);
        }
    }

    SettingsResolver(Environment environment, DataDirectory directory) {
        this.environment = environment;
        this.directory = directory;
    }

    Environment environment() {
        return environment;
    }

    /** The settings to start with; every bad value is a failure. */
    Resolution atStart(FileEntries file) {
        Parsed parsed = parse(file);
        List<String> failures = new ArrayList<>(environment.failures());
        failures.addAll(parsed.errors.values());
        CrossRule.ALL.stream()
                .filter(rule -> !rule.fulfilled().test(parsed.settings))
                .forEach(rule -> failures.add(rule.violation()));
        return new Resolution(parsed.settings, failures, sourceProblems(file));
    }

    /** The settings of a server that runs: what cannot be taken over keeps the value that it has. */
    Resolution whileRunning(FileEntries file, Settings running) {
        Parsed parsed = parse(file);
        List<Problem> problems = new ArrayList<>(sourceProblems(file));
        Set<Setting<?>> kept = new HashSet<>(parsed.errors.keySet());
        parsed.errors.values().forEach(error -> problems.add(Problem.harm(error + "; the old value goes on to hold")));
        Settings wanted = merge(parsed.settings, running, kept);
        for (CrossRule rule : CrossRule.ALL) {
            if (!rule.fulfilled().test(wanted)) {
                problems.add(Problem.harm(rule.violation() + "; the old values go on to hold"));
                kept.addAll(rule.keys());
            }
        }
        for (Setting<?> setting : ServerSettings.all()) {
            if (!setting.live() && !kept.contains(setting) && differs(setting, wanted, running)) {
                problems.add(Problem.notice("the change of " + setting.key() + " takes effect after a restart"));
                kept.add(setting);
            }
        }
        return new Resolution(merge(parsed.settings, running, kept), List.of(), problems);
    }

    static boolean differs(Setting<?> setting, Settings one, Settings other) {
        return !Objects.equals(one.get(setting), other.get(setting));
    }

    private record Parsed(Settings settings, Map<Setting<?>, String> errors) {}

    private Parsed parse(FileEntries file) {
        Map<String, Entry> entries = new HashMap<>(file.entries());
        entries.putAll(environment.entries());
        Settings settings = Settings.defaults();
        Map<Setting<?>, String> errors = new LinkedHashMap<>();
        for (Setting<?> setting : ServerSettings.all()) {
            Entry entry = entries.get(setting.key());
            try {
                settings = entry == null ? settings : settings.withText(setting, entry.text());
            } catch (IllegalArgumentException e) {
                errors.put(setting, e.getMessage() + " (" + entry.origin() + ")");
            }
        }
        try {
            settings = settings.with(
                    DATA_DIR, directory.locate(settings.get(DATA_DIR)).toString());
        } catch (IllegalArgumentException e) {
            errors.put(DATA_DIR, e.getMessage());
        }
        return new Parsed(settings, errors);
    }

    private List<Problem> sourceProblems(FileEntries file) {
        List<Problem> problems = new ArrayList<>(environment.problems());
        problems.addAll(file.problems());
        return problems;
    }

    private static Settings merge(Settings wanted, Settings running, Set<Setting<?>> kept) {
        Settings merged = Settings.defaults();
        for (Setting<?> setting : ServerSettings.all()) {
            merged = copy(setting, kept.contains(setting) ? running : wanted, merged);
        }
        return merged;
    }

    private static <T> Settings copy(Setting<T> setting, Settings from, Settings to) {
        return from.has(setting) ? to.with(setting, from.get(setting)) : to;
    }
}
