package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks, several times a second and to the end, for processes that work in directories where there should be none any more: by
 * {@code /proc} and the working directory, which has nothing to do with how the server finds them. Safe for use by many threads.
 */
final class Survivors implements AutoCloseable {
    /** What a server may take to look again for what escaped it. */
    static final Duration GRACE = Duration.ofSeconds(16);

    /** An interrupted agent's process lives on until its project is deleted, and is ended in good order then. */
    static final Duration GRACE_AFTER_DELETE = Duration.ofSeconds(25);

    private final Path base;
    private final Map<Path, Long> emptyFrom = new ConcurrentHashMap<>();
    private final Set<Path> found = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor();

    /** @param base contains all the directories; a real path */
    Survivors(Path base) {
        this.base = base;
        looker.scheduleWithFixedDelay(this::look, 200, 200, TimeUnit.MILLISECONDS);
    }

    /** Nothing may work in this directory any more when the grace, from now on, is over. */
    void watch(Path directory, Duration grace) {
        emptyFrom.put(directory, System.nanoTime() + grace.toNanos());
    }

    /** How many processes work in a directory now. */
    long in(Path directory) {
        return workingDirectories().stream().filter(directory::equals).count();
    }

    /** In how many directories somebody was seen who should not have been there. */
    int found() {
        return found.size();
    }

    private void look() {
        long now = System.nanoTime();
        for (Path directory : workingDirectories()) {
            Long from = emptyFrom.get(directory);
            if (from != null && now - from > 0 && found.add(directory)) {
                System.out.println("a survivor works in " + directory.getFileName());
            }
        }
    }

    private List<Path> workingDirectories() {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    Path directory = Files.readSymbolicLink(process.resolve("cwd"));
                    if (directory.startsWith(base)) {
                        all.add(directory);
                    }
                } catch (IOException e) {
                    // It has ended, or is somebody else's.
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("no /proc", e);
        }
        return all;
    }

    @Override
    public void close() {
        looker.shutdownNow();
    }
}
