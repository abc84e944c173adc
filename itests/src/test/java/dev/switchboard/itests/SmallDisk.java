package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of its own in memory, of a test's size. Needs root; the test is left out where that cannot be. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final Path directory;
    private final Thread hook = new Thread(this::unmountAnyway, "unmount");

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** @param options of the mount, its size among them */
    static SmallDisk mount(Path directory, String options) throws IOException, InterruptedException {
        SmallDisk disk = new SmallDisk(Files.createDirectories(directory).toRealPath());
        assumeTrue(
                SystemTool.succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.directory.toString()),
                "mount does not work here");
        Runtime.getRuntime().addShutdownHook(disk.hook); // for tests that are cut off
        return disk;
    }

    Path directory() {
        return directory;
    }

    long free() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** A file that leaves so much free, as far as nobody else writes. */
    Path fill(long leave) throws IOException {
        Path filler = directory.resolve("filler");
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (free() > leave) {
                out.write(block);
            }
        } catch (IOException e) {
            assertTrue(leave == 0, e.toString()); // full
        }
        return filler;
    }

    private void unmountAnyway() {
        try {
            SystemTool.succeeds("umount", "-l", directory.toString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        boolean unused = SystemTool.succeeds("umount", directory.toString());
        if (!unused) {
            unmountAnyway();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        assertTrue(unused, "somebody still uses " + directory);
    }
}
