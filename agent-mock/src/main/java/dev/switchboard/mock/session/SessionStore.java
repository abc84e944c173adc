package dev.switchboard.mock.session;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Session files under {@code <config>/projects/<working directory with / and . as ->/<id>.jsonl}, where CLAUDE_CONFIG_DIR, or
 * {@code .claude} in the home directory, is the config directory.
 */
public final class SessionStore {

    private final Path projects;
    private final Path ownFolder;
    private final String cwd;
    private final boolean searchesAll;

    /** @param searchesAll whether a session of another working directory can be resumed */
    public SessionStore(Path configDirectory, String cwd, boolean searchesAll) {
        this.projects = configDirectory.resolve("projects");
        this.cwd = cwd;
        this.ownFolder = projects.resolve(cwd.replace('/', '-').replace('.', '-'));
        this.searchesAll = searchesAll;
    }

    /** Where the real program would keep what it remembers of this directory; the stand-in remembers nothing. */
    public String memoryDirectory() {
        return ownFolder.resolve("memory") + "/";
    }

    /** The stored session with this id, or null. */
    public Session find(String id) {
        if (id.isEmpty() || id.indexOf('/') >= 0) {
            return null;
        }
        Session own = load(ownFolder.resolve(id + ".jsonl"), id);
        if (own != null || !searchesAll || !Files.isDirectory(projects)) {
            return own;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(projects)) {
            for (Path folder : folders) {
                Session other = load(folder.resolve(id + ".jsonl"), id);
                if (other != null) {
                    return other;
                }
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    /** Whether the id is taken, even by a file that cannot be resumed. */
    public boolean exists(String id) {
        return Files.exists(ownFolder.resolve(id + ".jsonl")) || find(id) != null;
    }

    /** The session of this working directory that was written last, or null. */
    public Session latest() {
        Path newest = null;
        long newestTime = Long.MIN_VALUE;
        if (!Files.isDirectory(ownFolder)) {
            return null;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(ownFolder, "*.jsonl")) {
            for (Path file : files) {
                long time = Files.getLastModifiedTime(file).toMillis();
                if (time > newestTime) {
                    newest = file;
                    newestTime = time;
                }
            }
        } catch (IOException e) {
            return null;
        }
        String name = newest == null ? "" : newest.getFileName().toString();
        return newest == null ? null : load(newest, name.substring(0, name.length() - ".jsonl".length()));
    }

    /** A new session with a given id. */
    public Session create(String id, boolean stored) {
        return Session.fresh(id, stored ? ownFolder.resolve(id + ".jsonl") : null);
    }

    /** A new session with the first id of this directory's sequence that is free, claimed atomically. */
    public Session createNext(boolean stored) {
        for (int number = 1; ; number++) {
            String id = Ids.uuidOf(cwd + "#" + number);
            Path file = ownFolder.resolve(id + ".jsonl");
            if (!stored || claim(file)) {
                return Session.fresh(id, stored ? file : null);
            }
        }
    }

    private static boolean claim(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return true;
        } catch (IOException e) {
            // Taken: try the next one. Not writable at all: the id is as good as any.
            return !Files.exists(file);
        }
    }

    /** The history of {@code original} under a new id. */
    public Session fork(Session original, String newId, boolean stored) {
        String id = newId != null ? newId : Ids.uuidOf(original.id() + "#fork" + original.prompts());
        for (int number = 2; newId == null && exists(id); number++) {
            id = Ids.uuidOf(original.id() + "#fork" + original.prompts() + "." + number);
        }
        return original.fork(id, stored ? ownFolder.resolve(id + ".jsonl") : null);
    }

    private static Session load(Path file, String id) {
        return Files.isRegularFile(file) ? Session.stored(id, file) : null;
    }
}
