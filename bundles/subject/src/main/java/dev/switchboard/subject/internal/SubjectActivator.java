package dev.switchboard.subject.internal;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.hooks.weaving.WeavingHook;

/** Registers the hook where the JDK needs it; it has to be there before the first class of the shell is loaded. */
public final class SubjectActivator implements BundleActivator {
    /** The first release whose {@code Subject.getSubject} always throws (JEP 486). */
    private static final int FIRST_WITHOUT_GET_SUBJECT = 24;

    @Override
    public void start(BundleContext context) {
        if (isNeeded()) {
            context.registerService(WeavingHook.class, new SubjectWeaver(), null);
        }
    }

    static boolean isNeeded() {
        return Runtime.version().feature() >= FIRST_WITHOUT_GET_SUBJECT;
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
