package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The real disk: files that only the server's user may read (0600, directories 0700). Written with
 * {@link RandomAccessFile}, because an interrupt of the calling thread would close a channel in the middle of a record.
 */
final class DiskFiles implements FileLayer {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    @Override
    public Output open(Path file) throws IOException {
        try {
            Files.createFile(file, mode("rw-------"));
        } catch (FileAlreadyExistsException e) {
            // it is written on
        }
        return new DiskOutput(new RandomAccessFile(file.toFile(), "rw"));
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + SegmentName.TEMPORARY);
        Files.deleteIfExists(temporary);
        try {
            try (Output output = open(temporary)) {
                output.write(bytes, 0, bytes.length);
                output.force();
            }
            rename(temporary, file);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        forceDirectory(file.toAbsolutePath().getParent());
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, mode("rwx------"));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted(); // only a channel can do this, and an interrupt would close it
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            // it was removed meanwhile, so there is nothing to make durable
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public FileChannel openLockFile(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode("rw-------"));
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static final class DiskOutput implements Output {
        private final RandomAccessFile file;

        DiskOutput(RandomAccessFile file) throws IOException {
            this.file = file;
            file.seek(file.length());
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            file.write(bytes, from, length);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
            file.seek(size);
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
