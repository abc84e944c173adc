package dev.switchboard.protocol.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The text that a JSON string stands for. */
final class JsonText {
    private static final int UNICODE_ESCAPE = 6;

    private JsonText() {}

    /**
     * Decodes what stands between the quotes of a string of the right grammar. An escape that the end cuts off is left
     * out; malformed UTF-8 becomes U+FFFD; escaped halves of surrogate pairs stay as they are.
     */
    static String decode(byte[] raw, int from, int to) {
        int plain = plain(raw, from, to);
        if (plain == to) {
            return new String(raw, from, to - from, UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int at = from;
        while (plain < to) {
            text.append(new String(raw, at, plain - at, UTF_8));
            at = plain + (raw[Math.min(plain + 1, to - 1)] == 'u' ? UNICODE_ESCAPE : 2);
            if (at > to) {
                return text.toString();
            }
            text.append(escaped(raw, plain + 1));
            plain = plain(raw, at, to);
        }
        return text.append(new String(raw, at, to - at, UTF_8)).toString();
    }

    /** Where the next escape begins. */
    private static int plain(byte[] raw, int from, int to) {
        int at = from;
        while (at < to && raw[at] != '\\') {
            at++;
        }
        return at;
    }

    private static char escaped(byte[] raw, int at) {
        switch (raw[at]) {
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
                return (char) Integer.parseInt(new String(raw, at + 1, UNICODE_ESCAPE - 2, UTF_8), 16);
            default:
                return (char) raw[at];
        }
    }
}
