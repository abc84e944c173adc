package dev.switchboard.shell.internal;

/**
 * Text that a terminal can be given: what an agent or a client wrote must not move the cursor, change colours or turn the
 * direction of what stands beside it.
 */
public final class Printable {
    private static final int REPLACEMENT = 0xFFFD;

    private Printable() {}

    /** The text with its line feeds and tabs, without other control characters. */
    public static String lines(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.replace("\r\n", "\n").codePoints().map(Printable::shown).forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** The text on one line, cut to so many characters. */
    public static String line(String text, int limit) {
        // What is cut off need not be looked at; four times the limit leaves room for blanks that are joined.
        String start = text.substring(0, Math.min(text.length(), limit * 4));
        String line = lines(start).replaceAll("\\s+", " ").strip();
        if (line.length() <= limit && start.length() == text.length()) {
            return line;
        }
        int end = Math.min(line.length(), limit - 1);
        if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end) + "…";
    }

    private static int shown(int character) {
        if (character == '\n' || character == '\t') {
            return character;
        }
        boolean turnsDirection =
                character >= 0x202A && character <= 0x202E || character >= 0x2066 && character <= 0x2069;
        return Character.isISOControl(character) || turnsDirection ? REPLACEMENT : character;
    }
}
