package dev.switchboard.health.internal;

import dev.switchboard.health.HealthReport.Check;
import java.io.IOException;

/**
 * Looks at one concern. Felix's checks can say in words only how it is; this one has figures too.
 */
interface Probe {
    /** The check's name on the wire. */
    String name();

    /**
     * Looks once. Called on a thread that may be used up: a probe that does not return blocks nobody else.
     *
     * @throws IOException if it cannot find out
     */
    Check check() throws IOException;
}
