package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The real disk, of which single operations fail as long as a test says so. */
final class FaultyFiles implements FileLayer {
    enum Operation {
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE,
        REPLACE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    final AtomicInteger forces = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final Set<Thread> forcers = Collections.synchronizedSet(new HashSet<>());

    private final FileLayer disk = new DiskFiles();
    private volatile Set<Operation> failing = Set.of();
    private volatile String message = "";
    /** Of the bytes of a failing write, so many are written all the same. */
    private volatile int torn;

    private volatile Runnable beforeOpen;
    private volatile Runnable beforeForce;
    private volatile Runnable afterRename;
    /** Only files whose name has this in it fail. */
    private volatile String only = "";

    void fail(String reason, Operation... operations) {
        message = reason;
        failing = Set.of(operations);
    }

    /** Lets only those operations on open files fail whose file has this in its name. */
    void failOnly(String namePart) {
        only = namePart;
    }

    void tearWritesAt(int bytes) {
        torn = bytes;
    }

    /** Runs the action before the next file is opened for writing. */
    void beforeOpen(Runnable action) {
        beforeOpen = action;
    }

    /** Runs the action before the next file is forced. */
    void beforeForce(Runnable action) {
        beforeForce = action;
    }

    /** Runs the action when the next file or directory has been renamed. */
    void afterRename(Runnable action) {
        afterRename = action;
    }

    void heal() {
        failing = Set.of();
        only = "";
    }

    private void check(Operation operation) throws IOException {
        if (failing.contains(operation)) {
            throw new IOException(message);
        }
    }

    @Override
    public Output open(Path file) throws IOException {
        Runnable action = beforeOpen;
        beforeOpen = null;
        if (action != null) {
            action.run();
        }
        check(Operation.OPEN);
        open.incrementAndGet();
        return new FaultyOutput(disk.open(file), file);
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        check(Operation.REPLACE);
        disk.replace(file, bytes);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check(Operation.RENAME);
        disk.rename(from, to);
        Runnable action = afterRename;
        afterRename = null;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        check(Operation.DELETE);
        disk.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        check(Operation.FORCE_DIRECTORY);
        disk.forceDirectory(directory);
    }

    @Override
    public FileChannel openLockFile(Path file) throws IOException {
        return disk.openLockFile(file);
    }

    private final class FaultyOutput implements Output {
        private final Output output;

        private final Path file;

        FaultyOutput(Output output, Path file) {
            this.output = output;
            this.file = file;
        }

        private boolean concerned() {
            return file.getFileName().toString().contains(only);
        }

        private void check(Operation operation) throws IOException {
            if (concerned()) {
                FaultyFiles.this.check(operation);
            }
        }

        @Override
        public long size() throws IOException {
            return output.size();
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (failing.contains(Operation.WRITE) && concerned()) {
                output.write(bytes, from, Math.min(torn, length));
            }
            check(Operation.WRITE);
            writes.incrementAndGet();
            output.write(bytes, from, length);
        }

        @Override
        public void truncate(long size) throws IOException {
            check(Operation.TRUNCATE);
            output.truncate(size);
        }

        @Override
        public void force() throws IOException {
            forcers.add(Thread.currentThread());
            Runnable action = beforeForce;
            beforeForce = null;
            if (action != null) {
                action.run();
            }
            check(Operation.FORCE);
            output.force();
            forces.incrementAndGet();
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            output.close();
        }
    }
}
