package dev.switchboard.process.internal;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories for nobody but the server's user. */
final class PrivateFiles {
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    /** How often a directory is gone through again because something was still written into it. */
    private static final int DELETE_ROUNDS = 5;

    private static final int COPY_BYTES = 64 << 10;

    private PrivateFiles() {}

    /** Makes a directory and those above it, with mode 0700 if they are not there yet. */
    static void directories(Path directory) throws IOException {
        Files.createDirectories(directory, DIRECTORY_MODE);
    }

    /** Makes a directory that must not exist yet. */
    static void directory(Path directory) throws IOException {
        Files.createDirectory(directory, DIRECTORY_MODE);
    }

    /** Makes an empty file that must not exist yet. */
    static void empty(Path file) throws IOException {
        Files.createFile(file, FILE_MODE);
    }

    /** Opens a file for writing, empty, with mode 0600 if it is new. */
    static FileChannel rewrite(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                FILE_MODE);
    }

    /**
     * Writes a file, piece by piece.
     *
     * @param line whether to add a line feed if there is none at the end
     */
    static void write(Path file, Content content, boolean line) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(COPY_BYTES, content.size() + 1));
        byte last = 0;
        try (FileChannel channel = rewrite(file)) {
            for (long position = 0; position < content.size(); ) {
                position += content.read(position, buffer.clear());
                last = buffer.get(buffer.position() - 1);
                writeAll(channel, buffer.flip());
            }
            if (line && last != '\n') {
                writeAll(channel, ByteBuffer.wrap(new byte[] {'\n'}));
            }
        }
    }

    /** Replaces a file as a whole: after a crash it has either its old content or its new. */
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = rewrite(temporary)) {
            writeAll(channel, ByteBuffer.wrap(content));
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.getParent());
    }

    /** As {@link #replace}, but only a crash of the program is survived for certain, not one of the machine: it costs no wait. */
    static void swap(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = rewrite(temporary)) {
            writeAll(channel, ByteBuffer.wrap(content));
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the names in a directory last. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes a directory with all that is in it, symbolic links not followed. */
    static void delete(Path directory) throws IOException {
        for (int round = 1; ; round++) {
            try {
                deleteOnce(directory);
                return;
            } catch (FileSystemException e) {
                if (round == DELETE_ROUNDS) {
                    throw e;
                }
            }
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void deleteOnce(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> children;
            try (Stream<Path> stream = Files.list(path)) {
                children = stream.toList();
            } catch (NoSuchFileException e) {
                return;
            }
            for (Path child : children) {
                deleteOnce(child);
            }
        }
        Files.deleteIfExists(path);
    }

    /** An I/O error as clients are told about it; the server's own paths stay in the cause. */
    static SwitchboardException failure(String what, IOException cause) {
        String reason = cause instanceof FileSystemException e && e.getReason() != null
                ? e.getReason()
                : String.valueOf(cause.getMessage());
        boolean full = reason.contains("No space left") || reason.contains("quota exceeded");
        return full
                ? new SwitchboardException(
                        ErrorCode.DISK_SPACE_LOW, what + ": the disk is full. Free some space.", Map.of(), cause)
                : new SwitchboardException(
                        ErrorCode.STORAGE_UNAVAILABLE, what + ": see the server's log.", Map.of(), cause);
    }
}
