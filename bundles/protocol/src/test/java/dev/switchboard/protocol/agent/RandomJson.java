package dev.switchboard.protocol.agent;

import java.util.Random;

/** Writes random JSON: all kinds of values, odd spacing, escapes, and keys that repeat. */
final class RandomJson {
    private static final String[] KEYS = {"type", "subtype", "is_error", "ty", "typed", "", "\\u0074ype", "a\\nb", "π"};
    private static final String[] PARTS = {
        "x",
        "hello world ",
        "\\n",
        "\\\"",
        "\\\\",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\ud800",
        "é",
        "漢字",
        "😀",
        "\\/",
        "{}[]:,",
        "\u007f"
    };
    private static final String[] NUMBERS = {"0", "-0", "17", "-3.25", "1e9", "6.02E+23", "537.2402792813969", "1E-7"};

    private final Random random;
    private final StringBuilder out = new StringBuilder();

    private RandomJson(Random random) {
        this.random = random;
    }

    static String object(Random random) {
        RandomJson json = new RandomJson(random);
        json.space();
        json.object(0);
        json.space();
        return json.out.toString();
    }

    private void object(int depth) {
        out.append('{');
        int fields = random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            out.append(i == 0 ? "" : ",");
            space();
            out.append('"').append(KEYS[random.nextInt(KEYS.length)]).append('"');
            space();
            out.append(':');
            space();
            value(depth + 1);
            space();
        }
        space();
        out.append('}');
    }

    private void value(int depth) {
        switch (random.nextInt(depth > 4 ? 6 : 8)) {
            case 0 -> out.append("true");
            case 1 -> out.append("false");
            case 2 -> out.append("null");
            case 3 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 6 -> object(depth);
            case 7 -> array(depth);
            default -> string();
        }
    }

    private void array(int depth) {
        out.append('[');
        int items = random.nextInt(4);
        for (int i = 0; i < items; i++) {
            out.append(i == 0 ? "" : ",");
            value(depth + 1);
            space();
        }
        out.append(']');
    }

    private void string() {
        out.append('"');
        for (int i = random.nextInt(8); i > 0; i--) {
            out.append(PARTS[random.nextInt(PARTS.length)]);
        }
        out.append('"');
    }

    private void space() {
        if (random.nextInt(4) == 0) {
            out.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }
}
