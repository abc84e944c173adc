package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the tests of all keys need to know of one: a row of {@code keys.txt}, where it is said how to write one.
 *
 * @param bad empty if only the world can tell a bad value
 * @param badTest where {@code bad} is empty, the test of what becomes of a value that cannot be used
 * @param effects the tests of what the key does
 */
record KeyRow(String key, String good, Optional<String> bad, Optional<String> badTest, List<String> effects) {
    private static final Path FILE = Path.of("src/test/resources/keys.txt");
    private static final Pattern TEST = Pattern.compile("[A-Z]\\w*#\\w+");

    static List<KeyRow> all() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(KeyRow::parse)
                .toList();
    }

    private static KeyRow parse(String line) {
        String[] cells = line.split("\\s*\\|\\s*");
        if (cells.length != 4) {
            throw new IllegalArgumentException(FILE + ": expected four columns in: " + line);
        }
        boolean named = TEST.matcher(cells[2]).matches();
        String bad = cells[2].equals("(empty)") ? "" : cells[2];
        return new KeyRow(
                cells[0],
                cells[1],
                named ? Optional.empty() : Optional.of(bad),
                named ? Optional.of(bad) : Optional.empty(),
                List.of(cells[3].split(",\\s*")));
    }

    Setting<?> setting() {
        return KnownKeys.byKey(key)
                .orElseThrow(
                        () -> new IllegalArgumentException(FILE + ": " + ServerSettings.PID + " has no key " + key));
    }

    @Override
    public String toString() {
        return key;
    }
}
