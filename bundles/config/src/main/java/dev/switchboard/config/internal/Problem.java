package dev.switchboard.config.internal;

/**
 * Something that is not as whoever wrote the configuration meant it.
 *
 * @param harmful whether it needs somebody's attention, so that health tells of it; a misspelt key or a change that
 *        waits for the next start does not
 * @param text one line for people, without a secret
 */
record Problem(boolean harmful, String text) {
    Problem {
        text = oneLine(text);
    }

    /** Text that somebody wrote, without what would make several lines of it or move the terminal's cursor. */
    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    static Problem notice(String text) {
        return new Problem(false, text);
    }

    static Problem harm(String text) {
        return new Problem(true, text);
    }
}
