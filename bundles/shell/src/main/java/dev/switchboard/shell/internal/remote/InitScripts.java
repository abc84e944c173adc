package dev.switchboard.shell.internal.remote;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.karaf.shell.api.console.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Karaf's scripts for new sessions, which define its short names for commands: files of {@code etc}, listed in a system
 * property, the last part of a path perhaps with wildcards.
 */
final class InitScripts {
    private static final Logger LOG = LoggerFactory.getLogger(InitScripts.class);

    private InitScripts() {}

    /** Runs them. One that fails leaves the session without what it would have defined. */
    static void run(Session session) {
        String listed = System.getProperty("karaf.exec.init.script", System.getProperty("karaf.shell.init.script", ""));
        for (Path script : files(Path.of(System.getProperty("karaf.etc", "")), listed)) {
            try {
                session.execute(Files.readString(script));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                LOG.debug("{} cannot be run", script, e);
            }
        }
    }

    /** The files that a list of patterns means, those of one pattern in the order of their names. */
    static List<Path> files(Path directory, String listed) {
        List<Path> files = new ArrayList<>();
        for (String pattern : listed.split(",")) {
            if (!pattern.isBlank()) {
                files.addAll(matching(directory.resolve(pattern.strip())));
            }
        }
        return files;
    }

    private static List<Path> matching(Path pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                pattern.getParent(), pattern.getFileName().toString())) {
            files.forEach(found::add);
        } catch (NoSuchFileException e) {
            LOG.debug("there is no {}", pattern);
        } catch (IOException e) {
            LOG.warn("{} cannot be read", pattern, e);
        }
        Collections.sort(found);
        return found;
    }
}
