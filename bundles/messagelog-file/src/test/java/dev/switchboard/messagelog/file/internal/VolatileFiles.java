package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk that remembers what of each file was forced, so that a copy can be made of what a power failure leaves: of a
 * file at least what was forced, of the rest a beginning, none, or zeros in its place.
 */
final class VolatileFiles implements FileLayer {
    private final FileLayer disk = new DiskFiles();
    private final Map<Path, Long> forced = new HashMap<>();

    /** What a power failure does with bytes that were not forced. */
    enum Loss {
        ALL,
        SOME,
        ZEROS
    }

    /** Copies the directory as a power failure would leave it now. */
    synchronized void fail(Path source, Path target, Loss loss, Random random) throws IOException {
        List<Path> tree;
        try (Stream<Path> walk = Files.walk(source)) {
            tree = walk.sorted().toList();
        }
        for (Path path : tree) {
            Path copy = target.resolve(source.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(copy);
                continue;
            }
            Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
            long safe = Math.min(forced.getOrDefault(path, Files.size(path)), Files.size(path));
            lose(copy, safe, loss, random);
        }
    }

    private static void lose(Path file, long safe, Loss loss, Random random) throws IOException {
        int open = (int) (Files.size(file) - safe);
        long left = safe + (loss == Loss.ALL || open == 0 ? 0 : random.nextInt(open + 1));
        try (Output output = new DiskFiles().open(file)) {
            output.truncate(left);
            if (loss == Loss.ZEROS) {
                output.write(new byte[(int) (safe + open - left)], 0, (int) (safe + open - left));
            }
        }
    }

    private synchronized void note(Path file, long size) {
        forced.merge(file, size, Math::max);
    }

    @Override
    public Output open(Path file) throws IOException {
        Output output = disk.open(file);
        if (!forced.containsKey(file)) {
            note(file, output.size());
        }
        return new Output() {
            @Override
            public long size() throws IOException {
                return output.size();
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                output.write(bytes, from, length);
            }

            @Override
            public void truncate(long size) throws IOException {
                output.truncate(size);
                synchronized (VolatileFiles.this) {
                    forced.computeIfPresent(file, (key, safe) -> Math.min(safe, size));
                }
            }

            @Override
            public void force() throws IOException {
                long size = output.size();
                output.force();
                note(file, size);
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        disk.replace(file, bytes);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
        Long safe = forced.remove(from);
        if (safe != null) {
            forced.put(to, safe);
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        disk.delete(path);
        forced.remove(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public FileChannel openLockFile(Path file) throws IOException {
        return disk.openLockFile(file);
    }

    /** How much of a file is forced, for tests of the test. */
    synchronized long forced(Path file) {
        try {
            return forced.getOrDefault(file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
