package dev.switchboard.health;

import java.util.Locale;

/** How the server as a whole is. */
public enum HealthStatus {
    /** Everything works. */
    HEALTHY,
    /** The main job works, but something is missing or needs attention soon. */
    DEGRADED,
    /** The main job does not work: no socket, no registry or no log. */
    UNHEALTHY;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
