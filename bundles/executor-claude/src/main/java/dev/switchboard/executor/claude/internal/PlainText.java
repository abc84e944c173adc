package dev.switchboard.executor.claude.internal;

import java.util.regex.Pattern;

/** Text from the agent, made fit for people's screens. */
final class PlainText {
    /** Longer messages help nobody; the whole of it is in the log. */
    private static final int LIMIT = 2000;

    private static final Pattern TERMINAL_SEQUENCE =
            Pattern.compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*)?");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    private PlainText() {}

    /** The text without terminal sequences and control characters, and not endless. */
    static String of(String text) {
        String plain =
                CONTROL.matcher(TERMINAL_SEQUENCE.matcher(text).replaceAll("")).replaceAll("");
        if (plain.length() <= LIMIT) {
            return plain;
        }
        int end = Character.isHighSurrogate(plain.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT;
        return plain.substring(0, end) + "…";
    }
}
