package dev.switchboard.store.postgresql.internal;

import java.util.Optional;

/**
 * Any text of Java as one that PostgreSQL takes and people can read: NUL, half a surrogate pair and the backslash are escaped, and
 * nothing else is.
 */
final class EscapedText {
    private static final int DIGITS = 4;

    private EscapedText() {}

    static String escape(String text) {
        int at = firstOdd(text);
        if (at == text.length()) {
            return text; // as good as always
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, at);
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                escaped.append("\\\\");
            } else if (isOdd(text, at)) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** @return {@code null} if there is no text */
    static String escape(Optional<String> text) {
        return text.map(EscapedText::escape).orElse(null);
    }

    /**
     * The reverse of {@link #escape(String)}.
     *
     * @throws IllegalArgumentException if the text is not one that it gives
     */
    static String unescape(String escaped) {
        int at = escaped.indexOf('\\');
        if (at < 0) {
            return escaped;
        }
        StringBuilder text = new StringBuilder(escaped.length());
        int from = 0;
        while (at >= 0) {
            text.append(escaped, from, at);
            if (escaped.startsWith("\\\\", at)) {
                text.append('\\');
                from = at + 2;
            } else if (escaped.startsWith("\\u", at) && at + 2 + DIGITS <= escaped.length()) {
                text.append((char) Integer.parseInt(escaped.substring(at + 2, at + 2 + DIGITS), 16));
                from = at + 2 + DIGITS;
            } else {
                throw new IllegalArgumentException("a backslash with nothing that belongs behind one");
            }
            at = escaped.indexOf('\\', from);
        }
        return text.append(escaped, from, escaped.length()).toString();
    }

    private static int firstOdd(String text) {
        int at = 0;
        while (at < text.length() && !isOdd(text, at)) {
            at++;
        }
        return at;
    }

    private static boolean isOdd(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        return c == 0 || c == '\\';
    }
}
