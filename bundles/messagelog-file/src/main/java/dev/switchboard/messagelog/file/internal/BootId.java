package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which start of the machine this is. What was written and not forced survives the death of the server's process, for the
 * system keeps it; it does not survive the machine's.
 *
 * @param name differs from one start of the machine to the next; empty if the system does not tell
 */
record BootId(Optional<String> name) {
    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String UNKNOWN = "unknown";

    /** The present one: Linux has an id; elsewhere it is when the first process began, where that can be seen. */
    static BootId present() {
        return new BootId(read(LINUX)
                .or(() -> ProcessHandle.of(1)
                        .flatMap(first -> first.info().startInstant())
                        .map(begin -> "p1-" + begin.getEpochSecond())));
    }

    /** What such a file says; empty if there is none, or if it says something that is no id. */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> text.matches("[\\w.-]{1,80}"));
        } catch (IOException e) {
            return Optional.empty(); // not Linux
        }
    }

    /** What is noted beside records that are not forced. */
    String mark() {
        return name.orElse(UNKNOWN);
    }

    /** Whether the machine was not started again since that was noted; not if that cannot be told. */
    boolean isSame(String mark) {
        return name.isPresent() && name.get().equals(mark);
    }
}
