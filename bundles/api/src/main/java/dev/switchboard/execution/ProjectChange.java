package dev.switchboard.execution;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be changed of a project; what is empty stays as it is.
 *
 * @param name what people call it; an empty text takes the name away
 * @param executor the name of the executor of its next runs; it need not be installed yet
 * @param timeout how long a run may take that does not say it itself, from the next run on; zero is without end, and
 *        {@link #NO_TIMEOUT_OF_ITS_OWN} takes it away, so that the server's holds
 */
public record ProjectChange(Optional<String> name, Optional<String> executor, Optional<Duration> timeout) {
    /** On the wire it is -1. */
    public static final Duration NO_TIMEOUT_OF_ITS_OWN = Duration.ofMillis(-1);

    public ProjectChange {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(timeout, "timeout");
    }

    /** Of the name alone. */
    public static ProjectChange ofName(String name) {
        return new ProjectChange(Optional.of(name), Optional.empty(), Optional.empty());
    }

    /** Of the executor alone. */
    public static ProjectChange ofExecutor(String executor) {
        return new ProjectChange(Optional.empty(), Optional.of(executor), Optional.empty());
    }

    /** Of the timeout alone. */
    public static ProjectChange ofTimeout(Duration timeout) {
        return new ProjectChange(Optional.empty(), Optional.empty(), Optional.of(timeout));
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return name.isEmpty() && executor.isEmpty() && timeout.isEmpty();
    }
}
