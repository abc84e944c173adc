package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds settings by what people write, and the nearest one if they misspell it. */
final class KnownKeys {
    private static final Map<String, Setting<?>> BY_KEY = index(Setting::key);
    private static final Map<String, Setting<?>> BY_VARIABLE = index(Setting::variable);

    private KnownKeys() {}

    static Optional<Setting<?>> byKey(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    static Optional<Setting<?>> byVariable(String variable) {
        return Optional.ofNullable(BY_VARIABLE.get(variable));
    }

    /** The key that takes the fewest edits to get from what was written. */
    static String nearestKey(String written) {
        return nearest(written, BY_KEY.keySet().stream());
    }

    /** The variable that takes the fewest edits to get from what was written. */
    static String nearestVariable(String written) {
        return nearest(written, BY_VARIABLE.keySet().stream());
    }

    private static String nearest(String written, Stream<String> known) {
        return known.min(Comparator.<String>comparingInt(candidate -> edits(written, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** How many characters have to be put in, taken out or replaced (Levenshtein's distance). */
    static int edits(String from, String to) {
        int[] costs = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            costs[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int diagonal = costs[0];
            costs[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = diagonal + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = costs[column];
                costs[column] = Math.min(replaced, 1 + Math.min(costs[column], costs[column - 1]));
            }
        }
        return costs[to.length()];
    }

    private static Map<String, Setting<?>> index(Function<Setting<?>, String> name) {
        return ServerSettings.all().stream().collect(Collectors.toUnmodifiableMap(name, setting -> setting));
    }
}
