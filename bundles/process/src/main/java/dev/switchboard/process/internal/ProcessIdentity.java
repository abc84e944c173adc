package dev.switchboard.process.internal;

/**
 * Tells one process from every other that has or will have its pid.
 *
 * @param pid the process id
 * @param start when it was started, in the platform's own terms, never to be compared but for equality; empty if it was
 *        gone before that could be read: such an identity matches nothing
 */
record ProcessIdentity(long pid, String start) {
    /** Whether a process has this identity. */
    boolean matches(ProcessEntry entry) {
        return !start.isEmpty() && entry.pid() == pid && entry.start().equals(start);
    }
}
