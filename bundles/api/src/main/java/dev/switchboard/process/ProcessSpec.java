package dev.switchboard.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program that is to be launched into custody.
 *
 * @param command the program and its arguments; never secrets or prompts, every user of the machine can read them
 * @param directory where it works; must exist
 * @param environment the whole environment of the child, built from nothing; custody adds only its cookie
 * @param labels what the owner wants to find again after a restart: kept with the process, never given to it
 */
public record ProcessSpec(
        List<String> command, Path directory, Map<String, String> environment, Map<String, String> labels) {
    public ProcessSpec {
        command = List.copyOf(command);
        Objects.requireNonNull(directory, "directory");
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "ProcessSpec" + command + " in " + directory;
    }
}
