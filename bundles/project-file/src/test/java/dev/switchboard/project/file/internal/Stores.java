package dev.switchboard.project.file.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Projects;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

/** File stores for tests, and their files. */
final class Stores {
    private Stores() {}

    static FileProjectStoreProvider provider(Path data) {
        return provider(data, new PrivateFiles());
    }

    static FileProjectStoreProvider provider(Path data, FileLayer files) {
        Settings settings = Settings.defaults().with(ServerSettings.DATA_DIR, data.toString());
        Clock clock = Clock.fixed(Projects.START, ZoneOffset.UTC);
        return new FileProjectStoreProvider(Configuration.of(settings), clock, files, Duration.ofMillis(1));
    }

    static Path directory(Path data, ProjectId id) {
        return data.resolve("projects").resolve(id.toString());
    }

    static Path metadata(Path data, ProjectId id) {
        return directory(data, id).resolve(ProjectFiles.METADATA);
    }

    static Path copy(Path data, ProjectId id) {
        return directory(data, id).resolve(ProjectFiles.COPY);
    }
}
