package dev.switchboard.project.file.internal;

import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Where damaged metadata goes, with the reason beside it: {@code quarantine/<project>_<UTC time>/}. Nothing is deleted. */
final class Quarantine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final FileLayer files;
    private final Clock clock;

    Quarantine(Path directory, FileLayer files, Clock clock) {
        this.directory = directory;
        this.files = files;
        this.clock = clock;
    }

    /** Moves a file away from its project. */
    void take(ProjectId id, Path file, String reason) throws IOException {
        Path cell = freeCell(id + "_" + TIME.format(clock.instant()));
        files.createDirectories(cell);
        files.write(cell.resolve("reason.txt"), (reason + "\n").getBytes(StandardCharsets.UTF_8));
        files.rename(file, cell.resolve(file.getFileName()));
        files.forceDirectory(cell);
        files.forceDirectory(directory);
    }

    private Path freeCell(String name) {
        Path cell = directory.resolve(name);
        for (int i = 2; Files.exists(cell); i++) {
            cell = directory.resolve(name + "_" + i);
        }
        return cell;
    }
}
