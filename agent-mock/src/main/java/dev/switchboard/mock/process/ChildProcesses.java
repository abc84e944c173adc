package dev.switchboard.mock.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** Processes that play the commands of tools. Each is in a session of its own and ends by itself after a bounded time. */
public final class ChildProcesses {

    private ChildProcesses() {}

    /**
     * The words that start a command in a session of its own, separated by single blanks: {@code setsid} where there is one, else perl.
     *
     * @throws IllegalStateException if this machine has neither
     */
    public static String sessionLauncher() {
        if (onPath("setsid")) {
            return "setsid";
        }
        if (onPath("perl")) {
            return "perl -MPOSIX -e setsid();exec(@ARGV)";
        }
        throw new IllegalStateException("starting children needs setsid or perl on the PATH");
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** Kills everything that still has this process as an ancestor. A process that forked twice is not found. */
    public static void killDescendants() {
        Iterator<ProcessHandle> all = ProcessHandle.current().descendants().iterator();
        while (all.hasNext()) {
            all.next().destroyForcibly();
        }
    }
}
