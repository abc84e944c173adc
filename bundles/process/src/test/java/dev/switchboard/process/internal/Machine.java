package dev.switchboard.process.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the machine that runs the tests allows. */
final class Machine {
    /** How {@code setpriv} is told to run something as the user whom every Linux has. */
    static final String AS_NOBODY = "--reuid=65534 --regid=65534 --clear-groups";

    private static final String SETPRIV = "/usr/bin/setpriv";

    private Machine() {}

    /** Whether agents can be shut in PID namespaces, in one way or another. */
    static boolean isolates() {
        NamespaceProbe probe = new NamespaceProbe(LaunchPrograms.ofThisMachine());
        return probe.obstacle(Namespace.PID).isEmpty()
                || probe.obstacle(Namespace.USER_AND_PID).isEmpty();
    }

    /** Whether tests run as root on a machine that can run something as somebody else. */
    static boolean canBecomeNobody() {
        return System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of(SETPRIV));
    }

    /** Whether that somebody could make user namespaces, by a way of its own to find out. */
    static boolean nobodyHasUserNamespaces() throws IOException, InterruptedException {
        if (!canBecomeNobody() || LaunchPrograms.ofThisMachine().find("unshare").isEmpty()) {
            return false;
        }
        List<String> command = asNobody(List.of("unshare", "--user", "--pid", "--fork", "--mount-proc", "true"));
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    static List<String> asNobody(List<String> command) {
        List<String> all = new ArrayList<>(List.of(SETPRIV));
        all.addAll(Arrays.asList(AS_NOBODY.split(" ")));
        all.addAll(command);
        return all;
    }
}
