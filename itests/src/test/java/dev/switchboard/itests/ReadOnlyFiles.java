package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files and directories that nobody can write for a while, not even who has them open, as on a disk that turns read-only. Needs
 * root, and a file system that can do it; the test is left out where that cannot be.
 */
final class ReadOnlyFiles implements AutoCloseable {
    private final List<String> paths;
    private final Thread hook = new Thread(this::release, "writable-again");

    private ReadOnlyFiles(List<String> paths) {
        this.paths = paths;
    }

    static ReadOnlyFiles of(List<Path> paths) {
        ReadOnlyFiles files =
                new ReadOnlyFiles(paths.stream().map(Path::toString).toList());
        Runtime.getRuntime().addShutdownHook(files.hook); // for tests that are cut off
        boolean done = files.change("+i");
        if (!done) {
            files.release(); // of which some may be
            Runtime.getRuntime().removeShutdownHook(files.hook);
        }
        assumeTrue(done, "chattr +i does not work here");
        return files;
    }

    /** All that is in a directory at this moment, but for some of its children. */
    static ReadOnlyFiles below(Path directory, List<String> but) throws IOException {
        return of(Trees.files(directory).stream()
                .filter(path -> but.stream().map(directory::resolve).noneMatch(path::startsWith))
                .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                        || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                .toList());
    }

    private boolean change(String attribute) {
        List<String> command = new ArrayList<>(List.of("chattr", attribute));
        command.addAll(paths);
        try {
            return SystemTool.succeeds(command.toArray(String[]::new));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private boolean release() {
        return change("-i");
    }

    /** They can be written again. */
    @Override
    public void close() {
        boolean released = release();
        Runtime.getRuntime().removeShutdownHook(hook);
        assertTrue(released, () -> "still read-only: " + paths);
    }
}
