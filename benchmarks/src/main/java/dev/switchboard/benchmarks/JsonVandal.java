package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;

/** Damages JSON: as a tree, as a text, and where there is none to begin with. For one thread. */
final class JsonVandal {
    private static final String[] BAD_VALUES = {
        "null",
        "true",
        "-1",
        "0",
        "1.0",
        "1e3",
        "-0",
        "1e400",
        "1e-400",
        "-1e999999999",
        "1e99999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "123456789012345678901234567890",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udfff\\ud800\"",
        "\"\\ud83c\"",
        "\"../..\"",
        "\"~\"",
        "\"{}\"",
        "\"1\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[1,\"a\",{}]",
        "{\"\":\"\"}",
        "{\"type\":\"object\"}",
        "{\"__proto__\":{}}",
        "{\"$ref\":\"#\"}",
        "NaN",
        "-",
        "'",
        "0x10"
    };
    private static final String[] TOKENS = {
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "null", "e", "-", ".", "/*", "\t", "\u0000",
        "\u0001", "\uFEFF", "\u2028", "é", "🇨🇭"
    };

    private final Random random;

    JsonVandal(Random random) {
        this.random = random;
    }

    /** The frame's text with one to three parts of its tree replaced, removed or added. */
    String damageTree(ObjectNode frame) {
        ObjectNode damaged = frame.deepCopy();
        List<String> marks = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            damage(damaged, marks);
        }
        String text = Json.text(damaged);
        for (String mark : marks) { // values that no tree can hold
            text = text.replaceFirst("\"" + mark + "\"", Matcher.quoteReplacement(badValue()));
        }
        return text;
    }

    private void damage(ObjectNode root, List<String> marks) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(root, objects);
        ObjectNode object = objects.get(random.nextInt(objects.size()));
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.isEmpty() || random.nextInt(6) == 0 ? "unknown" : names.get(random.nextInt(names.size()));
        if (name.equals("request_id") && random.nextInt(8) != 0) {
            return; // mostly left as it is, so that the answer can be told from others
        }
        if (random.nextInt(4) == 0) {
            object.remove(name);
        } else {
            String mark = "mark-" + marks.size() + "-";
            marks.add(mark);
            object.put(name, mark);
        }
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        node.forEach(child -> collect(child, objects));
    }

    private String badValue() {
        return switch (random.nextInt(20)) {
            case 0 -> nested(1 + random.nextInt(400));
            case 1 -> "1".repeat(1 + random.nextInt(3000));
            case 2 -> "\"" + "x".repeat(random.nextInt(20_000)) + "\"";
            case 3 -> "[" + "0,".repeat(random.nextInt(2000)) + "0]";
            default -> BAD_VALUES[random.nextInt(BAD_VALUES.length)];
        };
    }

    private String nested(int depth) {
        return random.nextBoolean()
                ? "[".repeat(depth) + "]".repeat(depth)
                : "{\"a\":".repeat(depth) + "0" + "}".repeat(depth);
    }

    /** The text cut, with something put in, doubled, swapped or changed; still a text. */
    String damageText(String json) {
        StringBuilder text = new StringBuilder(json);
        for (int i = random.nextInt(3); i >= 0 && !text.isEmpty(); i--) {
            int at = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
            int end = Math.min(text.length(), at + 1 + random.nextInt(12));
            end = Character.isLowSurrogate(text.charAt(end - 1)) || !Character.isHighSurrogate(text.charAt(end - 1))
                    ? end
                    : Math.min(text.length(), end + 1);
            switch (random.nextInt(6)) {
                case 0 -> text.setLength(at);
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                case 3 -> text.insert(at, text.substring(at, end));
                case 4 -> text.replace(at, end, TOKENS[random.nextInt(TOKENS.length)]);
                default -> text.insert(at, badValue());
            }
        }
        return text.toString();
    }

    /** A field of the frame or of its data twice, with values that differ. */
    String doubleKey(ObjectNode frame) {
        String text = Json.text(frame);
        List<String> names = new ArrayList<>();
        frame.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        String field = "\"" + name + "\":" + (name.equals("request_id") ? Json.text(frame.get(name)) : badValue());
        return random.nextBoolean()
                ? "{" + field + "," + text.substring(1)
                : text.substring(0, text.length() - 1) + "," + field + "}";
    }

    /** What never was a frame. */
    String junk() {
        return switch (random.nextInt(5)) {
            case 0 -> "[".repeat(random.nextInt(50_000));
            case 1 -> nested(1 + random.nextInt(20_000));
            case 2 -> badValue();
            case 3 -> "{\"type\":" + badValue() + ",\"data\":" + badValue() + "}";
            default -> soup();
        };
    }

    private String soup() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(random.nextBoolean() ? TOKENS[random.nextInt(TOKENS.length)] : badValue());
        }
        return text.toString();
    }
}
