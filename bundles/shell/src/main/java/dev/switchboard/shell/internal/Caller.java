package dev.switchboard.shell.internal;

import org.apache.karaf.shell.api.console.Session;

/**
 * Whoever called commands from afar, for as long as the call lasts. What commands write passes through streams that tell
 * nobody of a closed connection, so they ask here whether anyone still reads it.
 */
public final class Caller {
    private static final String VARIABLE = "switchboard.caller";

    private volatile boolean gone;

    /** Makes this the one who called the session's commands. */
    public void attachTo(Session session) {
        session.put(VARIABLE, this);
    }

    /** Says that nobody reads any more. */
    public void leave() {
        gone = true;
    }

    /** Whether whoever called the session's commands has left. Of sessions at a terminal it is not known. */
    public static boolean hasLeft(Session session) {
        return session.get(VARIABLE) instanceof Caller caller && caller.gone;
    }
}
