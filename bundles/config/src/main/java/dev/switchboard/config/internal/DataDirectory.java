package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where everything of this instance lies.
 *
 * @param home the directory of the user as whom the server runs
 */
record DataDirectory(Path home) {
    private static final String DEFAULT_NAME = ".switchboard";

    /**
     * The absolute path that a text means; of what exists, the real one, so that one directory has one name.
     *
     * @throws IllegalArgumentException if it is not a path
     */
    Path locate(String text) {
        Path path = expand(text).toAbsolutePath().normalize();
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /**
     * Makes it if it is missing, for nobody but the server's user. What exists stays as it is: its owner may have
     * opened it to a group on purpose.
     *
     * @return its real path
     * @throws IllegalArgumentException if it cannot be used
     */
    Path prepare(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isWritable(directory)) {
                throw new IllegalArgumentException(
                        invalid(directory.toString(), "a directory that the server may write"));
            }
            return directory.toRealPath();
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(invalid(directory.toString(), "a directory, and it is a file"), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    invalid(directory.toString(), "a directory that exists or that the server may make"), e);
        }
    }

    private Path expand(String text) {
        if (text.isEmpty()) {
            return home(text).resolve(DEFAULT_NAME);
        }
        if (text.equals("~") || text.startsWith("~/")) {
            return home(text).resolve(text.substring(Math.min(2, text.length())));
        }
        if (text.startsWith("~")) {
            throw new IllegalArgumentException(invalid(text, "a path; ~ stands only for the server's own home"));
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(invalid(text, "a path"), e);
        }
    }

    private Path home(String text) {
        if (!home.isAbsolute()) {
            // What Java says for a user that the system does not know, as in some containers.
            throw new IllegalArgumentException(invalid(text, "an absolute path, for the server's user has no home"));
        }
        return home;
    }

    private static String invalid(String text, String expected) {
        return ServerSettings.DATA_DIR.key() + " = \"" + text + "\" is not valid: expected " + expected;
    }
}
