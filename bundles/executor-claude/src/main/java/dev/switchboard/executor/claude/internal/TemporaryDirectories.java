package dev.switchboard.executor.claude.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for the temporary files of each CLI: in one that all share, nobody could tell whose files and sockets those are that
 * stay behind. They lie among the machine's temporary files, for they are the agent's to read and their path has to be short.
 */
final class TemporaryDirectories {
    /** Where the CLI makes its temporary files. */
    static final String VARIABLE = "CLAUDE_CODE_TMPDIR";

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDirectories.class);
    /** A socket's path has at most 103 bytes on some systems, and the CLI's is {@code cc-socks/<pid>.sock}. */
    private static final int LONGEST = 103 - "/cc-socks/4194304.sock".length();

    private static final int INSTANCE_DIGITS = 8;
    /** Of an agent's id, which is random: enough to tell agents apart, and short. */
    private static final int AGENT_CHARACTERS = 13;

    private final Path parent;
    private final String prefix;

    /** @param dataDirectory of this instance: no other takes its directories for its own */
    TemporaryDirectories(Path parent, String dataDirectory) {
        this.parent = parent;
        this.prefix = "switchboard-" + digest(dataDirectory) + "-";
    }

    /** In the directory for temporary files that a server with this environment has. */
    static TemporaryDirectories of(Map<String, String> environment, String dataDirectory) {
        String parent = environment.getOrDefault("TMPDIR", "");
        return new TemporaryDirectories(
                Path.of(parent.isEmpty() ? System.getProperty("java.io.tmpdir") : parent), dataDirectory);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, INSTANCE_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    private static String shortened(String agentId) {
        return agentId.substring(0, Math.min(AGENT_CHARACTERS, agentId.length()));
    }

    private Path directory(String agentId) {
        return parent.resolve(prefix + shortened(agentId));
    }

    /** Makes an agent's directory; the variables that tell the CLI of it. None if it cannot be: then the CLI has none of its own. */
    Map<String, String> make(String agentId) {
        Path directory = directory(agentId);
        if (directory.toString().length() > LONGEST) {
            return Map.of();
        }
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return Map.of(VARIABLE, directory.toString());
        } catch (IOException e) {
            LOG.warn("{} cannot be made; agent {} goes without", directory, agentId, e);
            return Map.of();
        }
    }

    /** Removes an agent's directory, if there is one. What cannot be removed, the next cleanup tries again. */
    void remove(String agentId) {
        try {
            delete(directory(agentId));
        } catch (IOException e) {
            LOG.debug("{} is left for the cleanup", directory(agentId), e);
        }
    }

    /** The directories that there are, also of agents that are gone; only such as belong to the server's own user. */
    List<Path> all() throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .filter(TemporaryDirectories::isOwn)
                    .sorted()
                    .toList();
        }
    }

    boolean isOf(Path directory, String agentId) {
        return directory.equals(directory(agentId));
    }

    /** Others may make what bears this name too, where everybody may make files. */
    private static boolean isOwn(Path directory) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
                            .equals(directory
                                    .getFileSystem()
                                    .getUserPrincipalLookupService()
                                    .lookupPrincipalByName(System.getProperty("user.name")));
        } catch (IOException e) {
            return false; // gone meanwhile, or a user without a name
        }
    }

    /** Deletes a directory with all that is in it; follows no link. */
    static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
