package dev.switchboard.process;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * How an agent ended.
 *
 * @param code its exit code, 128 + n for signal n as a shell counts; empty if it was lost (it is gone and left no exit
 *        file)
 * @param stderrTail the last few KiB of its standard error, for people; control characters removed
 */
public record ProcessExit(OptionalInt code, String stderrTail) {
    public ProcessExit {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(stderrTail, "stderrTail");
    }
}
