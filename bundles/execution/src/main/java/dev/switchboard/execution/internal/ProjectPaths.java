package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Which directories may be projects. Paths are compared as real paths, element by element, so that neither symbolic links
 * nor shared prefixes ({@code /data/a}, {@code /data/ab}) fool the rules.
 */
final class ProjectPaths {
    private static final List<Path> SYSTEM = List.of(
            Path.of("/etc"),
            Path.of("/proc"),
            Path.of("/sys"),
            Path.of("/dev"),
            Path.of("/boot"),
            Path.of("/bin"),
            Path.of("/sbin"),
            Path.of("/lib"),
            Path.of("/lib32"),
            Path.of("/lib64"),
            Path.of("/libx32"),
            Path.of("/usr"),
            Path.of("/run"),
            Path.of("/System"),
            Path.of("/Library"),
            Path.of("/private/etc"));

    private static final int MAX_LENGTH = 4096;
    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");

    private final List<Path> own;

    /** @param own the server's own directories, which are no projects either */
    ProjectPaths(List<Path> own) {
        this.own = own.stream().map(ProjectPaths::realIfPossible).toList();
    }

    /**
     * The real directory of a path that a client sent.
     *
     * @param roots where projects must lie; empty for anywhere
     * @throws SwitchboardException {@code INVALID_PATH}
     */
    Path resolve(String text, List<String> roots) {
        Path real = realDirectory(checked(text));
        if (real.getNameCount() == 0) {
            throw invalid("the root directory cannot be a project; choose a directory below it");
        }
        if (isSystem(real)) {
            throw invalid("system directories cannot be projects; choose a directory of your own");
        }
        for (Path directory : own) {
            if (real.startsWith(directory) || directory.startsWith(real)) {
                throw invalid("the server keeps its own files there; choose another directory");
            }
        }
        if (!roots.isEmpty()
                && roots.stream().map(root -> realIfPossible(Path.of(root))).noneMatch(real::startsWith)) {
            throw invalid("projects are not allowed there; choose a directory under one of the configured roots");
        }
        return real;
    }

    /** Whether a real path is or lies in a directory of the system, as that is called or where it is: one may be a link to the other. */
    static boolean isSystem(Path real) {
        return SYSTEM.stream().anyMatch(denied -> real.startsWith(denied) || real.startsWith(realIfPossible(denied)));
    }

    private static Path checked(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw invalid("path is missing or longer than " + MAX_LENGTH + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("path contains control characters");
        }
        if (text.startsWith("~")) {
            throw invalid("tilde expansion is not supported; send the absolute path");
        }
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw invalid("path is not a valid path on this machine");
        }
        if (!path.isAbsolute()) {
            throw invalid("path must be absolute");
        }
        for (Path element : path) {
            if (element.toString().equals("..")) {
                throw invalid("path must not contain \"..\"; send the absolute path");
            }
        }
        return path;
    }

    private static Path realDirectory(Path path) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            throw invalid("path does not exist, or the server may not look there");
        }
        if (!Files.isDirectory(real)) {
            throw invalid("path is not a directory");
        }
        if (!Files.isReadable(real) || !Files.isExecutable(real)) {
            throw invalid(
                    MAC
                            ? "directory is not readable; if macOS protects it, grant the server Full Disk Access in System"
                                    + " Settings, Privacy & Security"
                            : "directory is not readable for the server's user");
        }
        return real;
    }

    private static Path realIfPossible(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static SwitchboardException invalid(String message) {
        return new SwitchboardException(ErrorCode.INVALID_PATH, message, Map.of("field", "path"));
    }
}
