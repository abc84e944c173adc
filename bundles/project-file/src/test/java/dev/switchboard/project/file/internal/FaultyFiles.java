package dev.switchboard.project.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** The real disk, of which single operations fail as long as a test says so. */
final class FaultyFiles implements FileLayer {
    private final FileLayer disk = new PrivateFiles();
    private String message = "";
    private Predicate<String> failing = operation -> false;
    private int operations;

    /** @param which gets what is to be done, for instance {@code write metadata.json.tmp} */
    void fail(String reason, Predicate<String> which) {
        message = reason;
        failing = which;
    }

    /** Every operation from the n-th on fails, counted from 1, as if the disk had gone then. */
    void failFrom(int number) {
        operations = 0;
        fail("Input/output error", operation -> ++operations >= number);
    }

    void heal() {
        failing = operation -> false;
    }

    private void check(String operation, Path path) throws IOException {
        if (failing.test(operation + " " + path.getFileName())) {
            throw new IOException(message);
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        check("create", directory);
        disk.createDirectories(directory);
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        try {
            check("write", file);
        } catch (IOException e) {
            Files.write(file, new byte[] {'{'}); // as much as there was room for
            throw e;
        }
        disk.write(file, bytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check("rename", from);
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        check("delete", file);
        disk.delete(file);
    }

    @Override
    public void deleteIfEmpty(Path directory) throws IOException {
        check("delete", directory);
        disk.deleteIfEmpty(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        check("force", directory);
        disk.forceDirectory(directory);
    }

    @Override
    public FileChannel openLockFile(Path file) throws IOException {
        return disk.openLockFile(file);
    }
}
