package dev.switchboard.shell.internal.remote;

import dev.switchboard.subject.SubjectHolder;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Optional;
import javax.security.auth.Subject;

/** Runs something on behalf of somebody, kept where Karaf's checks of roles look: that depends on the Java that runs us. */
final class OnBehalf {
    /** From this on {@code Subject.getSubject} only throws, and the bundle {@code subject} has Karaf ask its own holder. */
    private static final int WITHOUT_ACCESS_CONTROL = 24;

    private OnBehalf() {}

    /**
     * What the action returns.
     *
     * @param subject empty for somebody without any role
     * @throws Exception what the action threw
     */
    static <T> T of(Optional<Subject> subject, PrivilegedExceptionAction<T> action) throws Exception {
        try {
            return Runtime.version().feature() < WITHOUT_ACCESS_CONTROL
                    ? Subject.doAs(subject.orElse(null), action)
                    : SubjectHolder.doAs(subject.orElse(null), action);
        } catch (PrivilegedActionException e) {
            throw e.getException();
        }
    }
}
