package dev.switchboard.process.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The machine's small programs that a launch needs, by absolute path: the agent's own PATH need not have them. */
final class LaunchPrograms {
    private static final String STANDARD_PATH = "/bin:/usr/bin:/usr/local/bin";

    private final Map<String, String> found = new HashMap<>();

    /** @param finder finds a program by its name */
    LaunchPrograms(Function<String, Optional<Path>> finder) {
        for (String name : List.of("sh", "mkfifo", "mv", "cat", "rm", "env", "perl", "setsid", "kill", "unshare")) {
            finder.apply(name).ifPresent(path -> found.put(name, path.toString()));
        }
    }

    /** The programs of the server's PATH and of the usual directories. */
    static LaunchPrograms ofThisMachine() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":" + STANDARD_PATH;
        return new LaunchPrograms(name -> find(name, path));
    }

    /** The first executable file of this name in a PATH; what is relative in it does not count. */
    static Optional<Path> find(String name, String path) {
        Set<String> directories = new LinkedHashSet<>(List.of(path.split(File.pathSeparator)));
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** A program's path, if the machine has it. */
    Optional<String> find(String name) {
        return Optional.ofNullable(found.get(name));
    }

    /**
     * A program's path.
     *
     * @throws SwitchboardException {@code EXECUTION_FAILED} if the machine does not have it
     */
    String path(String name) {
        String path = found.get(name);
        if (path == null) {
            throw missing("Agents cannot be started: the program \"" + name + "\" was not found. Install it.");
        }
        return path;
    }

    /**
     * The beginning of a command that runs its rest in a session of its own. Through perl signals are at their
     * defaults then; {@code setsid} leaves them as the server has them.
     *
     * @throws SwitchboardException {@code EXECUTION_FAILED} if the machine has neither
     */
    List<String> detach(String perlScript) {
        if (found.containsKey("perl")) {
            return List.of(found.get("perl"), "-e", perlScript);
        }
        if (found.containsKey("setsid")) {
            return List.of(found.get("setsid"));
        }
        throw missing("Agents cannot be started: neither perl nor setsid was found. Install one of them.");
    }

    /** The beginning of a command that removes variables from the environment which a shell puts there by itself. */
    List<String> without(Collection<String> variables) {
        List<String> command = new ArrayList<>();
        if (found.containsKey("env")) {
            command.add(found.get("env"));
            variables.forEach(name -> command.addAll(List.of("-u", name)));
        }
        return command;
    }

    /** What sends a signal by name: the program if there is one, else the shell's own command. */
    List<String> kill() {
        return found.containsKey("kill")
                ? List.of(found.get("kill"))
                : List.of(found.getOrDefault("sh", "/bin/sh"), "-c", "kill \"$@\"", "kill");
    }

    private static SwitchboardException missing(String text) {
        return new SwitchboardException(ErrorCode.EXECUTION_FAILED, text);
    }
}
