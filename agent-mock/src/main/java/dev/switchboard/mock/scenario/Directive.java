package dev.switchboard.mock.scenario;

import dev.switchboard.mock.MockClock;
import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * One directive of a prompt: {@code [[name word key=value key="text" key={"json":1}]]}.
 *
 * @param words  the words without a key, in order
 * @param values strings, or JSON objects and lists where the value began with a bracket
 */
record Directive(String name, List<String> words, Map<String, Object> values) {

    /** Refuses keys that the scenario does not know. */
    void allow(String... keys) {
        for (String key : values.keySet()) {
            if (!List.of(keys).contains(key)) {
                throw new DirectiveException("[[" + name + "]] has no " + key + "; it has: " + String.join(", ", keys));
            }
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean says(String word) {
        return words.contains(word);
    }

    String text(String key, String otherwise) {
        Object value = values.get(key);
        return value == null ? otherwise : value.toString();
    }

    JsonObject object(String key) {
        if (values.get(key) instanceof JsonObject object) {
            return object;
        }
        throw new DirectiveException("[[" + name + "]] needs " + key + "={\"a JSON\": \"object\"}");
    }

    /** A whole number; {@code k} and {@code m} stand for 1024 and 1024 times 1024. */
    long number(String key, long otherwise, long least, long most) {
        return number(key, text(key, Long.toString(otherwise)), least, most);
    }

    /** The first word as a number. */
    long firstNumber(long otherwise, long least, long most) {
        return number("number", words.isEmpty() ? Long.toString(otherwise) : words.get(0), least, most);
    }

    private long number(String key, String text, long least, long most) {
        long unit = text.endsWith("k") ? 1024 : text.endsWith("m") ? 1024 * 1024 : 1;
        try {
            long value =
                    Math.multiplyExact(Long.parseLong(unit == 1 ? text : text.substring(0, text.length() - 1)), unit);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw outOfRange(key, text, least, most);
        }
        throw outOfRange(key, text, least, most);
    }

    private DirectiveException outOfRange(String key, String text, long least, long most) {
        return new DirectiveException(
                "[[" + name + "]]: " + key + " is " + text + "; it has to be from " + least + " to " + most);
    }

    /** A long wait of the real program, {@code scale} times faster; without that key, as the environment says. */
    long scaledMillis(String key, String otherwise) {
        return millis(key, otherwise) / number("scale", MockClock.scale(), 1, 1_000_000_000);
    }

    /** A duration in milliseconds: {@code 100ms}, {@code 2s}, {@code 1m}; a bare number is milliseconds. At most ten minutes. */
    long millis(String key, String otherwise) {
        String text = text(key, otherwise);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long unit = switch (text.substring(digits)) {
            case "", "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 0;
        };
        if (digits == 0 || digits > 6 || unit == 0 || Long.parseLong(text.substring(0, digits)) * unit > 600_000) {
            throw new DirectiveException("[[" + name + "]]: " + key + " is " + text
                    + "; it has to be a duration such as 100ms, 2s or 1m, at most 10m");
        }
        return Long.parseLong(text.substring(0, digits)) * unit;
    }
}
