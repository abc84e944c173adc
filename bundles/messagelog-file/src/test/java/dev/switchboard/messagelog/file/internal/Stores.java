package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** File stores for tests, and their files. */
final class Stores {
    private Stores() {}

    static Settings settings(Path data) {
        return Settings.defaults().with(ServerSettings.DATA_DIR, data.toString());
    }

    static Settings settings(Path data, long rotateBytes, int rotateRecords) {
        return settings(data)
                .with(ServerSettings.LOG_ROTATE_BYTES, rotateBytes)
                .with(ServerSettings.LOG_ROTATE_RECORDS, rotateRecords)
                .with(ServerSettings.LOG_DURABILITY, Durability.OS);
    }

    static FileMessageLogProvider provider(Path data, Clock clock, Settings settings) {
        return provider(clock, settings, new DiskFiles());
    }

    static FileMessageLogProvider provider(Clock clock, Settings settings, FileLayer files) {
        return provider(clock, settings, files, BootId.present());
    }

    static FileMessageLogProvider provider(Clock clock, Settings settings, FileLayer files, BootId boot) {
        return new FileMessageLogProvider(Configuration.of(settings), clock, files, boot, Duration.ofSeconds(5));
    }

    static Path directory(Path data, ProjectId project) {
        return data.resolve("projects").resolve(project.toString()).resolve("log");
    }

    /** The project's segments, the oldest first. */
    static List<Path> segments(Path data, ProjectId project) {
        return files(data, project, ".jsonl");
    }

    /** The files in the project's log whose name ends so, sorted by the first seq. */
    static List<Path> files(Path data, ProjectId project, String end) {
        try (Stream<Path> entries = Files.list(directory(data, project))) {
            return entries.filter(entry -> entry.getFileName().toString().endsWith(end))
                    .sorted(Comparator.comparingLong(Stores::firstSeq))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long firstSeq(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('_') + 1, name.lastIndexOf('.')));
    }
}
