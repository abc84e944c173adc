package dev.switchboard.message;

import java.util.Locale;

/** Where a record came from. */
public enum Direction {
    /** A person or program that sent a prompt. */
    CLIENT,
    /** The agent: one line of its output. */
    CLAUDE,
    /** The server: a state, an error, a permission question. */
    SERVER;

    /** The name on the wire and on disk. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
