package dev.switchboard.mock.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A strict JSON reader over UTF-8 bytes. Works on the bytes so that a message of many megabytes is held only once more. */
public final class JsonReader {

    private static final int MAX_DEPTH = 200;

    private final byte[] source;
    private final int end;
    private int at;
    private int depth;

    private JsonReader(byte[] source, int start, int end) {
        this.source = source;
        this.at = start;
        this.end = end;
    }

    /** Reads exactly one value, surrounded by white space at most. */
    public static Object read(byte[] source, int start, int end) {
        JsonReader reader = new JsonReader(source, start, end);
        Object value = reader.value();
        reader.skipBlanks();
        if (reader.at < end) {
            throw reader.unexpected();
        }
        return value;
    }

    public static Object read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return read(bytes, 0, bytes.length);
    }

    /** The offset just after the value that starts at {@code start}; what follows may be anything. */
    public static int endOfValue(byte[] source, int start) {
        JsonReader reader = new JsonReader(source, start, source.length);
        reader.value();
        return reader.at;
    }

    private Object value() {
        skipBlanks();
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return literal("true", Boolean.TRUE);
            case 'f':
                return literal("false", Boolean.FALSE);
            case 'n':
                return literal("null", null);
            default:
                return number();
        }
    }

    private JsonObject object() {
        JsonObject object = new JsonObject();
        enter();
        if (!closes('}')) {
            do {
                skipBlanks();
                String key = string();
                skipBlanks();
                expect(':');
                object.put(key, value());
            } while (more('}'));
        }
        depth--;
        return object;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        enter();
        if (!closes(']')) {
            do {
                list.add(value());
            } while (more(']'));
        }
        depth--;
        return list;
    }

    private void enter() {
        at++;
        if (++depth > MAX_DEPTH) {
            throw new JsonSyntaxException("nested deeper than " + MAX_DEPTH);
        }
    }

    private boolean closes(char bracket) {
        skipBlanks();
        if (peek() == bracket) {
            at++;
            return true;
        }
        return false;
    }

    private boolean more(char bracket) {
        if (closes(bracket)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() {
        expect('"');
        int start = at;
        while (peek() != '"') {
            if (peek() == '\\') {
                return escapedString(start);
            }
            requireTextByte();
            at++;
        }
        return new String(source, start, at++ - start, StandardCharsets.UTF_8);
    }

    /** A second pass for strings with escapes: segments between escapes are decoded as a whole. */
    private String escapedString(int start) {
        StringBuilder text = new StringBuilder(Math.max(32, at - start));
        int segment = start;
        while (peek() != '"') {
            if (peek() == '\\') {
                text.append(new String(source, segment, at - segment, StandardCharsets.UTF_8));
                at++;
                text.append(escape());
                segment = at;
            } else {
                requireTextByte();
                at++;
            }
        }
        text.append(new String(source, segment, at - segment, StandardCharsets.UTF_8));
        at++;
        return text.toString();
    }

    private char escape() {
        int kind = peek();
        at++;
        switch (kind) {
            case '"':
            case '\\':
            case '/':
                return (char) kind;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return hexChar();
            default:
                at--;
                throw unexpected();
        }
    }

    private char hexChar() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected();
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private JsonNumber number() {
        int start = at;
        while (at < end && isNumberPart(source[at])) {
            at++;
        }
        String literal = new String(source, start, at - start, StandardCharsets.US_ASCII);
        if (!isNumber(literal)) {
            at = start;
            throw unexpected();
        }
        return new JsonNumber(literal);
    }

    private static boolean isNumberPart(byte c) {
        return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    private static boolean isNumber(String literal) {
        String digits = literal.startsWith("-") ? literal.substring(1) : literal;
        if (digits.isEmpty()
                || !isDigit(digits.charAt(0))
                || !isDigit(digits.charAt(digits.length() - 1))
                || digits.length() > 1 && digits.charAt(0) == '0' && isDigit(digits.charAt(1))
                || digits.contains(".e")
                || digits.contains(".E")) {
            return false;
        }
        try {
            Double.parseDouble(literal);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private Object literal(String word, Object value) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected();
        }
        at++;
    }

    private void requireTextByte() {
        if (source[at] >= 0 && source[at] < 0x20) {
            throw unexpected();
        }
    }

    private int peek() {
        if (at >= end) {
            throw new JsonSyntaxException("unexpected end of the text");
        }
        return source[at] & 0xff;
    }

    private void skipBlanks() {
        while (at < end && (source[at] == ' ' || source[at] == '\t' || source[at] == '\r' || source[at] == '\n')) {
            at++;
        }
    }

    private JsonSyntaxException unexpected() {
        return new JsonSyntaxException("unexpected text at offset " + at);
    }
}
