package dev.switchboard.process.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The machine's processes. Safe for use by many threads; never blocks. */
interface ProcessTable {
    /** The environment variable by which an agent's processes are found again. */
    String COOKIE = "SWITCHBOARD_RUN";

    /** The process that has this pid now. */
    Optional<ProcessEntry> find(long pid);

    /** All processes. Not one moment's picture: what forks meanwhile may be missing. */
    List<ProcessEntry> all();

    /** The value of {@value #COOKIE} in a process's environment; empty if it has none or it cannot be read. */
    Optional<String> cookie(long pid);

    /** The pid that was given last; {@link ProcessEntry#UNKNOWN} if the platform does not tell. */
    long newest();

    /** Whether this is one of this server's threads, which {@link #find} takes for a process. */
    boolean isOwnThread(long id);

    /** Whether this platform lets environments be read, so that a missing cookie means something. */
    boolean readsCookies();

    /** The best one for this machine. */
    static ProcessTable ofThisMachine() {
        Path proc = Path.of("/proc");
        return Files.isReadable(proc.resolve("self/stat")) ? new ProcProcessTable(proc) : new HandleProcessTable();
    }
}
