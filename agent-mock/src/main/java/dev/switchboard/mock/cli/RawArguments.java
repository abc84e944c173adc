package dev.switchboard.mock.cli;

import java.util.List;
import java.util.Map;

/** What the command line says, before it is judged. */
record RawArguments(Map<String, List<String>> options, List<String> positionals) {

    boolean has(String key) {
        return options.containsKey(key);
    }

    /** The last value given, or null. */
    String value(String key) {
        List<String> values = values(key);
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    List<String> values(String key) {
        List<String> values = options.get(key);
        return values == null ? List.of() : values;
    }
}
