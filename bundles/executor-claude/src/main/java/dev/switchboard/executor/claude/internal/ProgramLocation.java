package dev.switchboard.executor.claude.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the CLI was found; equal to another one if it is the same file with the same content, as far as size and time tell.
 *
 * @param named as configured, or as found on the PATH
 * @param real with all links resolved
 */
record ProgramLocation(Path named, Path real, long size, long modified) {
    /**
     * Looks for a program.
     *
     * @param path a name to be looked for, or a path
     * @param searched directories, as in the variable PATH
     */
    static Optional<ProgramLocation> find(String path, String searched) {
        if (path.contains("/")) {
            return at(path);
        }
        for (String directory : searched.split(File.pathSeparator)) {
            Optional<ProgramLocation> found = directory.isEmpty() ? Optional.empty() : at(directory + "/" + path);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<ProgramLocation> at(String path) {
        try {
            Path named = Path.of(path).toAbsolutePath();
            Path real = named.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return attributes.isRegularFile() && Files.isExecutable(real)
                    ? Optional.of(new ProgramLocation(
                            named,
                            real,
                            attributes.size(),
                            attributes.lastModifiedTime().toMillis()))
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * What can be executed, the best first. The real file before the link, so that an update in between does not matter;
     * the link too, for there are managers whose links all lead to one program that looks at its own name. Before
     * both, where npm has only put a script, the native program that the script would start as a child: a signal to
     * the script would not reach it.
     */
    List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        String file = real.getFileName().toString();
        if (file.endsWith(".cjs") || file.endsWith(".mjs") || file.endsWith(".js")) {
            natives().stream().filter(Files::isExecutable).forEach(candidates::add);
        }
        candidates.add(real);
        if (!named.equals(real)) {
            candidates.add(named);
        }
        return candidates;
    }

    /** Where npm puts the package of this platform: beside the main package, or below it. */
    private List<Path> natives() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        List<Path> paths = new ArrayList<>();
        for (Path up = real.getParent(); up != null && paths.size() < 12; up = up.getParent()) {
            for (String libc : List.of("", "-musl")) {
                String name = "claude-code-" + system + "-" + machine + libc;
                paths.add(up.resolveSibling(name).resolve("claude"));
                paths.add(up.resolve("node_modules/@anthropic-ai").resolve(name).resolve("claude"));
            }
        }
        return paths;
    }
}
