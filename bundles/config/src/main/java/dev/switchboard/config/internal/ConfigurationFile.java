package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file of our PID, which File Install reads and hands to ConfigAdmin.
 *
 * @param directory where it lies if there is one; empty if nothing says where
 */
record ConfigurationFile(Optional<Path> directory) {
    /** The file, if there is one just now. */
    Optional<Path> find() {
        return directory.flatMap(etc -> Stream.of(".cfg", ".config", ".cfg.json")
                .map(ending -> etc.resolve(ServerSettings.PID + ending))
                .filter(Files::isRegularFile)
                .findFirst());
    }
}
