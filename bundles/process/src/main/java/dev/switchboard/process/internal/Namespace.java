package dev.switchboard.process.internal;

import java.util.List;
import java.util.Locale;

/** What an agent is shut in, so that nothing it starts can outlive it. Linux only, but for {@link #NONE}. */
enum Namespace {
    /** Nothing: what an agent started is found by descent, session and cookie. */
    NONE(List.of()),
    /** A PID namespace; needs CAP_SYS_ADMIN. */
    PID(List.of("--propagation", "slave")),
    /** A PID namespace in a user namespace of the server's own user: whoever may make one; sudo has no effect inside. */
    USER_AND_PID(List.of("--user", "--map-current-user"));

    /**
     * When unshare goes, the namespace's first process is killed, and with that the kernel kills all others, whatever they do
     * meanwhile. Without a {@code /proc} of its own the inside would see the outside's pids, which are not its own.
     */
    private static final List<String> COMMON = List.of("--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc");

    private final List<String> particular;

    Namespace(List<String> particular) {
        this.particular = particular;
    }

    /** The options of {@code unshare}, none of which needs to be quoted. */
    String options() {
        return String.join(" ", COMMON) + " " + String.join(" ", particular);
    }

    /** As it is shown to people and programs: {@code none}, {@code pid} or {@code user_and_pid}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
