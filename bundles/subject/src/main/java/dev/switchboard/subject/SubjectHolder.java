package dev.switchboard.subject;

import java.security.PrivilegedAction;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import javax.security.auth.Subject;

/**
 * The subject on whose behalf a thread acts. It is inherited by threads that are started meanwhile, as an access
 * control context was: the shell runs each part of a pipe in a thread of its own. A thread that never entered one of
 * the {@code doAs} methods, and was not started inside of one, has none and so has no role.
 */
public final class SubjectHolder {
    private static final ThreadLocal<Subject> CURRENT = new InheritableThreadLocal<>();

    private SubjectHolder() {}

    /** The present thread's subject, or {@code null}: what {@code Subject.getSubject} used to answer. */
    public static Subject current() {
        return CURRENT.get();
    }

    /** Runs the action on behalf of the subject; {@code null} is nobody. */
    public static <T> T doAs(Subject subject, PrivilegedAction<T> action) {
        Subject previous = CURRENT.get();
        CURRENT.set(subject);
        try {
            return action.run();
        } finally {
            restore(previous);
        }
    }

    /**
     * Runs the action on behalf of the subject; {@code null} is nobody.
     *
     * @throws PrivilegedActionException around a checked exception of the action; unchecked ones pass as they are
     */
    public static <T> T doAs(Subject subject, PrivilegedExceptionAction<T> action) throws PrivilegedActionException {
        Subject previous = CURRENT.get();
        CURRENT.set(subject);
        try {
            return action.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new PrivilegedActionException(e);
        } finally {
            restore(previous);
        }
    }

    private static void restore(Subject previous) {
        if (previous == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(previous);
        }
    }
}
