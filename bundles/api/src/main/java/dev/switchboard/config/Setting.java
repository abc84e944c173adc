package dev.switchboard.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * One configuration key: its name, default, meaning, and how its text becomes a checked value. The unit is part of the
 * key ({@code timeouts.idle.seconds}).
 *
 * @param <T> what the value is to the code
 */
public final class Setting<T> {
    private final String key;
    private final String defaultText;
    private final String expected;
    private final String description;
    private final Function<String, T> parser;
    private final boolean live;
    private final boolean secret;

    private Setting(
            String key,
            String defaultText,
            String expected,
            String description,
            Function<String, T> parser,
            boolean live,
            boolean secret) {
        this.key = Objects.requireNonNull(key);
        this.defaultText = Objects.requireNonNull(defaultText);
        this.expected = expected;
        this.description = description;
        this.parser = parser;
        this.live = live;
        this.secret = secret;
    }

    /** The name in the configuration file, for instance {@code limits.connections}. */
    public String key() {
        return key;
    }

    /** The environment variable that wins over the file, for instance {@code SWITCHBOARD_LIMITS_CONNECTIONS}. */
    public String variable() {
        return "SWITCHBOARD_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The default, as it would stand in the file; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** What a right value is, for an error message: "a whole number from 0 to 65535". */
    public String expected() {
        return expected;
    }

    /** What the key is for, for people. */
    public String description() {
        return description;
    }

    /** Whether a change takes effect without a restart. */
    public boolean live() {
        return live;
    }

    /** Whether the value comes from the environment only and is masked wherever it is shown. */
    public boolean secret() {
        return secret;
    }

    /**
     * The checked value of a text.
     *
     * @throws IllegalArgumentException whose message names key, value (masked if secret) and what would be right
     */
    public T parse(String text) {
        try {
            return parser.apply(text.strip());
        } catch (RuntimeException e) {
            String shown = secret ? "(secret)" : '"' + text + '"';
            throw new IllegalArgumentException(key + " = " + shown + " is not valid: expected " + expected, e);
        }
    }

    /** The same key, said to take effect only at the next start. */
    public Setting<T> atStart() {
        return new Setting<>(key, defaultText, expected, description, parser, false, secret);
    }

    /** The same key, to be read from the environment only and never shown. */
    public Setting<T> asSecret() {
        return new Setting<>(key, defaultText, expected, description, parser, live, true);
    }

    /** The same key with one more condition. */
    public Setting<T> checked(String expectation, Function<T, Boolean> condition) {
        return new Setting<>(
                key,
                defaultText,
                expectation,
                description,
                text -> {
                    T value = parser.apply(text);
                    if (!condition.apply(value)) {
                        throw new IllegalArgumentException(expectation);
                    }
                    return value;
                },
                live,
                secret);
    }

    @Override
    public String toString() {
        return key;
    }

    /** Any text, stripped; empty means "not set". */
    public static Setting<String> text(String key, String defaultValue, String description) {
        return new Setting<>(key, defaultValue, "a text", description, Function.identity(), true, false);
    }

    /** A whole number within bounds, both included. */
    public static Setting<Integer> integer(String key, int defaultValue, int min, int max, String description) {
        return new Setting<>(
                key,
                Integer.toString(defaultValue),
                "a whole number from " + min + " to " + max,
                description,
                text -> {
                    int value = Integer.parseInt(text);
                    return require(value >= min && value <= max, value);
                },
                true,
                false);
    }

    /** A number of bytes within bounds, both included. */
    public static Setting<Long> bytes(String key, long defaultValue, long min, long max, String description) {
        return new Setting<>(
                key,
                Long.toString(defaultValue),
                "a number of bytes from " + min + " to " + max,
                description,
                text -> {
                    long value = Long.parseLong(text);
                    return require(value >= min && value <= max, value);
                },
                true,
                false);
    }

    /** A time in whole seconds, at least {@code min}. */
    public static Setting<Duration> seconds(String key, long defaultValue, long min, String description) {
        return time(key, defaultValue, min, 31_536_000L, "seconds", Duration::ofSeconds, description);
    }

    /** A time in whole milliseconds, at least {@code min}. */
    public static Setting<Duration> millis(String key, long defaultValue, long min, String description) {
        return time(key, defaultValue, min, 86_400_000L, "milliseconds", Duration::ofMillis, description);
    }

    /** {@code true} or {@code false}, nothing else. */
    public static Setting<Boolean> flag(String key, boolean defaultValue, String description) {
        return new Setting<>(
                key,
                Boolean.toString(defaultValue),
                "true or false",
                description,
                text -> require(text.equals("true") || text.equals("false"), text.equals("true")),
                true,
                false);
    }

    /** One of the constants of an enum, written in lower case. */
    public static <E extends Enum<E>> Setting<E> choice(
            String key, Class<E> type, E defaultValue, String description) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        return new Setting<>(
                key,
                defaultValue.name().toLowerCase(Locale.ROOT),
                "one of " + String.join(", ", names),
                description,
                text -> require(names.contains(text), Enum.valueOf(type, text.toUpperCase(Locale.ROOT))),
                true,
                false);
    }

    /** Texts separated by commas or white space; empty means none. */
    public static Setting<List<String>> list(String key, String defaultValue, String description) {
        return new Setting<>(
                key,
                defaultValue,
                "texts separated by commas",
                description,
                text -> Arrays.stream(text.split("[,\\s]+")).filter(part -> !part.isEmpty()).toList(),
                true,
                false);
    }

    private static Setting<Duration> time(
            String key,
            long defaultValue,
            long min,
            long max,
            String unit,
            Function<Long, Duration> factory,
            String description) {
        return new Setting<>(
                key,
                Long.toString(defaultValue),
                "a whole number of " + unit + " from " + min + " to " + max,
                description,
                text -> {
                    long value = Long.parseLong(text);
                    return require(value >= min && value <= max, factory.apply(value));
                },
                true,
                false);
    }

    private static <V> V require(boolean condition, V value) {
        if (!condition) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }
}
