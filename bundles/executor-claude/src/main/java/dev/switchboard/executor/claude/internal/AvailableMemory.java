package dev.switchboard.executor.claude.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory new processes can have without swapping, as Linux estimates it; unknown elsewhere. */
final class AvailableMemory {
    private static final String FIELD = "MemAvailable:";

    private AvailableMemory() {}

    /** In bytes. */
    static OptionalLong read() {
        return read(Path.of("/proc/meminfo"));
    }

    static OptionalLong read(Path meminfo) {
        try {
            for (String line : Files.readAllLines(meminfo)) {
                if (line.startsWith(FIELD)) {
                    String number =
                            line.substring(FIELD.length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(number) << 10);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // not Linux, or not told
        }
        return OptionalLong.empty();
    }
}
