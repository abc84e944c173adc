package dev.switchboard.mock.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes JSON in one line. Control characters, U+0085 and the Unicode line ends are escaped, as is an unpaired surrogate; everything
 * else is raw UTF-8. {@code \n} therefore never occurs inside a value.
 */
public final class JsonWriter {

    private static final String HEX = "0123456789abcdef";

    private JsonWriter() {}

    public static String toString(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Utf8Output out = new Utf8Output(bytes);
            write(value, out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    public static void write(Object value, Utf8Output out) throws IOException {
        if (value instanceof JsonObject object) {
            writeObject(object, out);
        } else if (value instanceof List<?> list) {
            writeArray(list, out);
        } else if (value instanceof String text) {
            out.octet('"');
            writeText(text, out, false);
            out.octet('"');
        } else if (value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof JsonNumber) {
            out.ascii(String.valueOf(value));
        } else {
            throw new IllegalArgumentException(
                    "not a JSON value: " + value.getClass().getName());
        }
    }

    private static void writeObject(JsonObject object, Utf8Output out) throws IOException {
        char separator = '{';
        for (Map.Entry<String, Object> member : object.members().entrySet()) {
            out.octet(separator);
            write(member.getKey(), out);
            out.octet(':');
            write(member.getValue(), out);
            separator = ',';
        }
        if (separator == '{') {
            out.octet('{');
        }
        out.octet('}');
    }

    private static void writeArray(List<?> list, Utf8Output out) throws IOException {
        char separator = '[';
        for (Object element : list) {
            out.octet(separator);
            write(element, out);
            separator = ',';
        }
        if (separator == '[') {
            out.octet('[');
        }
        out.octet(']');
    }

    /** The text as a JSON string literal in pure ASCII, for comparing byte for byte. */
    public static String asciiLiteral(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        try {
            Utf8Output out = new Utf8Output(bytes);
            out.octet('"');
            writeText(text, out, true);
            out.octet('"');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static void writeText(String text, Utf8Output out, boolean asciiOnly) throws IOException {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.octet('\\');
                out.octet(c);
            } else if (c >= 0x20 && c < 0x7f) {
                out.octet(c);
            } else if (c == '\n') {
                out.ascii("\\n");
            } else if (c == '\t') {
                out.ascii("\\t");
            } else if (c == '\r') {
                out.ascii("\\r");
            } else if (c < 0x20 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 || asciiOnly) {
                escape(c, out);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.codePoint(Character.toCodePoint(c, text.charAt(++i)));
            } else if (Character.isSurrogate(c)) {
                escape(c, out);
            } else {
                out.codePoint(c);
            }
        }
    }

    private static void escape(char c, Utf8Output out) throws IOException {
        out.ascii("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.octet(HEX.charAt(c >> shift & 15));
        }
    }
}
