package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the environment says, read once: a process's environment does not change. An empty variable counts as not set. A
 * secret may also be in a file whose path is in the variable with {@value #FILE} at its end, which is how containers
 * hand secrets over.
 *
 * @param entries by key
 * @param problems variables that mean nothing
 * @param failures why the server cannot start
 */
record Environment(Map<String, Entry> entries, List<Problem> problems, List<String> failures) {
    private static final String PREFIX = "SWITCHBOARD_";
    private static final String FILE = "_FILE";
    /** More than any secret needs; keeps a path to something else from being read to its end. */
    private static final int SECRET_FILE_BYTES = 65_536;
    /** Variables that belong to the launcher, to scripts or to agents, and so are no keys. */
    private static final Set<String> OTHERS = Set.of(
            "SWITCHBOARD_DEMO",
            "SWITCHBOARD_ETC",
            "SWITCHBOARD_FEATURES",
            "SWITCHBOARD_HEALTH_URL",
            "SWITCHBOARD_HOME",
            "SWITCHBOARD_JAVA_OPTS",
            "SWITCHBOARD_RUN");
    /** Variables of the agent mock. */
    private static final String MOCK = "SWITCHBOARD_MOCK_";

    static Environment of(Map<String, String> variables) {
        Environment environment = new Environment(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        variables.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !name.startsWith(MOCK) && !OTHERS.contains(name))
                .filter(name -> !variables.get(name).isBlank())
                .sorted()
                .forEach(name -> environment.read(name, variables));
        return environment;
    }

    private void read(String name, Map<String, String> variables) {
        Optional<Setting<?>> setting = KnownKeys.byVariable(name);
        if (setting.isPresent()) {
            entries.put(setting.get().key(), new Entry(variables.get(name), name));
            return;
        }
        Optional<Setting<?>> secret = ServerSettings.all().stream()
                .filter(Setting::secret)
                .filter(candidate -> name.equals(candidate.variable() + FILE))
                .findAny();
        if (secret.isEmpty()) {
            problems.add(Problem.notice("the environment variable " + name
                    + " is not known and does nothing; the nearest one is " + KnownKeys.nearestVariable(name)));
        } else if (entries.containsKey(secret.get().key())) {
            failures.add(secret.get().variable() + " and " + name + " are both set: only one of them may be");
        } else {
            readSecret(secret.get(), name, Path.of(variables.get(name)));
        }
    }

    private void readSecret(Setting<?> setting, String name, Path file) {
        try (var input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(SECRET_FILE_BYTES + 1);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || bytes.length > SECRET_FILE_BYTES) {
                failures.add(name + " = \"" + file + "\" is not valid: expected a file with the secret in it, which is "
                        + (text.isEmpty() ? "empty" : "larger than " + SECRET_FILE_BYTES + " bytes"));
                return;
            }
            entries.put(setting.key(), new Entry(text, name));
        } catch (IOException e) {
            failures.add(name + " = \"" + file + "\" is not valid: expected a file that the server may read");
        }
    }
}
