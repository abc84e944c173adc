package dev.switchboard.process;

import dev.switchboard.content.Content;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A program that is to be launched into custody.
 *
 * @param agentId the identity that the agent will have, so that it can be known before the launch: letters, digits and hyphens,
 *        not used before; {@link #newAgentId()} makes one
 * @param command the program and its arguments; never secrets or prompts, every user of the machine can read them
 * @param directory where it works; must exist
 * @param environment the whole environment of the child, built from nothing; custody adds only its cookie
 * @param files by name (letters, digits, dots and hyphens), what the program is to read and no other user may: written with mode
 *        0600 below {@link ProcessCustodian#files}, removed with the agent
 * @param labels what the owner wants to find again after a restart: kept with the process, never given to it
 */
public record ProcessSpec(
        String agentId,
        List<String> command,
        Path directory,
        Map<String, String> environment,
        Map<String, Content> files,
        Map<String, String> labels) {
    public ProcessSpec {
        Objects.requireNonNull(agentId, "agentId");
        command = List.copyOf(command);
        Objects.requireNonNull(directory, "directory");
        environment = Map.copyOf(environment);
        files = Map.copyOf(files);
        labels = Map.copyOf(labels);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
    }

    /** An id that no agent has had. */
    public static String newAgentId() {
        return UUID.randomUUID().toString();
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "ProcessSpec" + command + " in " + directory;
    }
}
