package dev.switchboard.health;

import java.util.Locale;

/** How one concern is. */
public enum CheckStatus {
    /** Nothing to do. */
    HEALTHY,
    /** Works, but needs attention soon. */
    WARNING,
    /** Does not work, or is about to stop working. */
    CRITICAL,
    /** The check itself failed, so nothing is known. */
    ERROR;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
