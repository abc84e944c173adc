package dev.switchboard.config.internal;

/**
 * A key's text as somebody wrote it.
 *
 * @param origin where it was written: a variable's name or a file
 */
record Entry(String text, String origin) {
    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
        return "Entry[" + origin + "]";
    }
}
