package dev.switchboard.subject.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import org.apache.karaf.shell.support.CommandException;

/**
 * Karaf's shell in a unit test: in the container the weaver makes it work on newer JDKs, on a class path nobody does. In the package
 * of the weaver, so that it is the same.
 */
public final class KarafOnClassPath {
    private static final String SHELL_UTIL = "/org/apache/karaf/shell/support/ShellUtil.class";

    static {
        if (SubjectActivator.isNeeded()) {
            try (InputStream in = CommandException.class.getResourceAsStream(SHELL_UTIL)) {
                // Defined before anybody has it loaded as it is; a neighbour lends the access to its package.
                MethodHandles.privateLookupIn(CommandException.class, MethodHandles.lookup())
                        .defineClass(SubjectWeaver.rewritten(in.readAllBytes()).orElseThrow());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private KarafOnClassPath() {}

    /** To be called before the first session is made; more calls do nothing. */
    public static void prepare() {
        // done when this class was loaded
    }
}
