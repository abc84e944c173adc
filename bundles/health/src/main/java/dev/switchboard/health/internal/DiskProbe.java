package dev.switchboard.health.internal;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How much space the disk of the data directory has. */
final class DiskProbe implements Probe {
    private final Path directory;
    private final Disk disk;
    private final LongSupplier reserve;

    /** Measures a disk, in bytes. */
    interface Disk {
        Space space(Path directory) throws IOException;

        static Space measured(Path directory) throws IOException {
            FileStore store = Files.getFileStore(directory);
            return new Space(store.getTotalSpace(), store.getUsableSpace());
        }
    }

    /** @param free what the server's user may still write */
    record Space(long total, long free) {}

    /** @param reserve below this many bytes new work is refused */
    DiskProbe(Path directory, Disk disk, LongSupplier reserve) {
        this.directory = directory;
        this.disk = disk;
        this.reserve = reserve;
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public Check check() throws IOException {
        Space space = disk.space(directory);
        long wanted = reserve.getAsLong();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("path", directory.toString());
        figures.put("total_gb", Checks.gigabytes(space.total()));
        figures.put("free_gb", Checks.gigabytes(space.free()));
        figures.put("used_percent", Checks.percent(space.total() - space.free(), space.total()));
        if (space.free() < wanted) {
            return Checks.of(
                    CheckStatus.CRITICAL,
                    "less space is left than disk.reserve.bytes, so new work is refused; delete something",
                    figures);
        }
        if (space.free() < 2 * wanted) {
            return Checks.of(
                    CheckStatus.WARNING, "little space is left; below disk.reserve.bytes new work is refused", figures);
        }
        return Checks.healthy(figures);
    }
}
