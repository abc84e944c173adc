package dev.switchboard.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One configuration key: its name, default, meaning, and how its text becomes a checked value. The unit is part of the
 * key ({@code timeouts.idle.seconds}).
 *
 * @param <T> what the value is to the code
 */
public final class Setting<T> {
    private final String key;
    private final String defaultText;
    private final String description;
    private final Form<T> form;
    private final boolean live;
    private final boolean secret;

    /** Null until somebody wants it: it is asked for again and again. */
    private volatile T defaultValue;

    /**
     * The numbers that a key takes, in its unit.
     *
     * @param min the least, included
     * @param max the greatest, included
     */
    public record Range(long min, long max) {
        boolean contains(long value) {
            return min <= value && value <= max;
        }
    }

    private record Form<T>(String expected, Optional<Range> range, List<String> options, Function<String, T> parser) {
        static <T> Form<T> of(String expected, Function<String, T> parser) {
            return new Form<>(expected, Optional.empty(), List.of(), parser);
        }

        static <T> Form<T> number(String expected, Range range, Function<Long, T> conversion) {
            return new Form<>(
                    expected + " from " + range.min + " to " + range.max, Optional.of(range), List.of(), text -> {
                        long value = Long.parseLong(text);
                        if (!range.contains(value)) {
                            throw new IllegalArgumentException("out of range");
                        }
                        return conversion.apply(value);
                    });
        }

        static <T> Form<T> option(String expected, List<String> options, Function<String, T> conversion) {
            return new Form<>(expected, Optional.empty(), options, text -> {
                if (!options.contains(text)) {
                    throw new IllegalArgumentException("not an option");
                }
                return conversion.apply(text);
            });
        }
    }

    private Setting(String key, String defaultText, String description, Form<T> form, boolean live, boolean secret) {
        this.key = Objects.requireNonNull(key);
        this.defaultText = Objects.requireNonNull(defaultText);
        this.description = description;
        this.form = form;
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

    /** The value of {@link #defaultText}. */
    T defaultValue() {
        T known = defaultValue;
        if (known == null) {
            known = parse(defaultText);
            defaultValue = known;
        }
        return known;
    }

    /** What a right value is, for an error message: "a whole number from 0 to 65535". */
    public String expected() {
        return form.expected;
    }

    /** What the key is for, for people. */
    public String description() {
        return description;
    }

    /** The numbers that it takes, if it is a number; for editors and documentation. */
    public Optional<Range> range() {
        return form.range;
    }

    /** The only texts that it takes, in the order in which they are shown; empty if it takes others too. */
    public List<String> options() {
        return form.options;
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
            return form.parser.apply(text.strip());
        } catch (RuntimeException e) {
            String shown = secret ? "(secret)" : '"' + text + '"';
            throw new IllegalArgumentException(
                    key + " = " + shown + " is not valid: expected " + form.expected, secret ? null : e);
        }
    }

    /** The same key, said to take effect only at the next start. */
    public Setting<T> atStart() {
        return new Setting<>(key, defaultText, description, form, false, secret);
    }

    /** The same key, to be read from the environment only and never shown. */
    public Setting<T> asSecret() {
        return new Setting<>(key, defaultText, description, form, live, true);
    }

    /** The same key with one more condition. */
    public Setting<T> checked(String expectation, Predicate<T> condition) {
        Form<T> checked = new Form<>(expectation, form.range, form.options, text -> {
            T value = form.parser.apply(text);
            if (!condition.test(value)) {
                throw new IllegalArgumentException(expectation);
            }
            return value;
        });
        return new Setting<>(key, defaultText, description, checked, live, secret);
    }

    @Override
    public String toString() {
        return key;
    }

    /** Any text, stripped; empty means "not set". */
    public static Setting<String> text(String key, String defaultValue, String description) {
        return live(key, defaultValue, description, Form.of("a text", Function.identity()));
    }

    /** A whole number within bounds, both included. */
    public static Setting<Integer> integer(String key, int defaultValue, int min, int max, String description) {
        Form<Integer> form = Form.number("a whole number", new Range(min, max), Math::toIntExact);
        return live(key, Integer.toString(defaultValue), description, form);
    }

    /** A number of bytes within bounds, both included. */
    public static Setting<Long> bytes(String key, long defaultValue, long min, long max, String description) {
        Form<Long> form = Form.number("a number of bytes", new Range(min, max), Function.identity());
        return live(key, Long.toString(defaultValue), description, form);
    }

    /** A time in whole seconds, at least {@code min} and at most a year. */
    public static Setting<Duration> seconds(String key, long defaultValue, long min, String description) {
        Range range = new Range(min, 31_536_000L);
        Form<Duration> form = Form.number("a whole number of seconds", range, Duration::ofSeconds);
        return live(key, Long.toString(defaultValue), description, form);
    }

    /** A time in whole milliseconds, at least {@code min} and at most a day. */
    public static Setting<Duration> millis(String key, long defaultValue, long min, String description) {
        Range range = new Range(min, 86_400_000L);
        Form<Duration> form = Form.number("a whole number of milliseconds", range, Duration::ofMillis);
        return live(key, Long.toString(defaultValue), description, form);
    }

    /** {@code true} or {@code false}, nothing else. */
    public static Setting<Boolean> flag(String key, boolean defaultValue, String description) {
        Form<Boolean> form = Form.option("true or false", List.of("true", "false"), Boolean::valueOf);
        return live(key, Boolean.toString(defaultValue), description, form);
    }

    /** One of the constants of an enum, written in lower case. */
    public static <E extends Enum<E>> Setting<E> choice(String key, Class<E> type, E defaultValue, String description) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        Form<E> form = Form.option(
                "one of " + String.join(", ", names), names, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
        return live(key, defaultValue.name().toLowerCase(Locale.ROOT), description, form);
    }

    /** Texts separated by commas or white space; empty means none. */
    public static Setting<List<String>> list(String key, String defaultValue, String description) {
        return live(
                key, defaultValue, description, Form.of("texts separated by commas", text -> split(text, "[,\\s]+")));
    }

    /** Addresses, and ranges of them, separated by commas or white space; empty means none. */
    public static Setting<List<AddressRange>> addresses(String key, String description) {
        Form<List<AddressRange>> form = Form.of(
                "addresses like 192.0.2.7 or 2001:db8::1, or ranges like 10.0.0.0/8, separated by commas",
                text -> split(text, "[,\\s]+").stream().map(AddressRange::parse).toList());
        return live(key, "", description, form);
    }

    /** Absolute paths separated by commas, for paths may have blanks; empty means none. */
    public static Setting<List<String>> paths(String key, String defaultValue, String description) {
        Setting<List<String>> paths =
                live(key, defaultValue, description, Form.of("", text -> split(text, "\\s*,\\s*")));
        return paths.checked(
                "absolute paths separated by commas", all -> all.stream().allMatch(path -> path.startsWith("/")));
    }

    /** Paths as in {@link #paths}, or below the home directory: those begin with {@code ~/}. */
    public static Setting<List<String>> pathsOrOfHome(String key, String defaultValue, String description) {
        Setting<List<String>> paths =
                live(key, defaultValue, description, Form.of("", text -> split(text, "\\s*,\\s*")));
        return paths.checked(
                "paths that begin with / or ~/, without any of ()[]{}*?!\\, separated by commas",
                all -> all.stream().allMatch(path -> path.matches("(/|~/)[^()\\[\\]{}*?!\\\\]+")));
    }

    private static <V> Setting<V> live(String key, String defaultText, String description, Form<V> form) {
        return new Setting<>(key, defaultText, description, form, true, false);
    }

    private static List<String> split(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
