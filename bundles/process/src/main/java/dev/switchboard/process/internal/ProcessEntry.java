package dev.switchboard.process.internal;

/**
 * One running process at one moment; zombies do not count.
 *
 * @param pid its process id
 * @param parent its parent's process id
 * @param session its session's id, or {@link #UNKNOWN}
 * @param start as {@link ProcessIdentity#start()}
 */
record ProcessEntry(long pid, long parent, long session, String start) {
    /** What the platform does not tell. */
    static final long UNKNOWN = -1;

    ProcessIdentity identity() {
        return new ProcessIdentity(pid, start);
    }
}
