package dev.switchboard.project.file.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.project.ProjectStoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the project store in {@code <data.dir>/projects}. */
@Component(service = ProjectStoreProvider.class, immediate = true, property = ProjectStoreProvider.NAME + "=file")
public final class FileProjectStoreProvider implements ProjectStoreProvider {
    private static final Logger LOG = LoggerFactory.getLogger(FileProjectStoreProvider.class);

    /** How long the server has to close a registry of its own accord. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Clock clock;
    private final Duration grace;
    private final FileLayer files;
    private final Queue<FileProjectRegistry> opened = new ConcurrentLinkedQueue<>();

    @Activate
    public FileProjectStoreProvider(@Reference Configuration configuration) {
        this(configuration, Clock.systemUTC(), new PrivateFiles(), GRACE);
    }

    FileProjectStoreProvider(Configuration configuration, Clock clock, FileLayer files, Duration grace) {
        this.configuration = configuration;
        this.clock = clock;
        this.files = files;
        this.grace = grace;
    }

    @Override
    public ProjectRegistry open() {
        Path data = dataDirectory();
        Path projects = data.resolve("projects");
        try {
            files.createDirectories(projects);
            StoreLock lock = StoreLock.take(projects.resolve(".registry.lock"), files);
            try {
                FileProjectRegistry registry = load(data, projects, lock);
                opened.clear(); // the lock was free, so whatever was opened before is closed
                opened.add(registry);
                return registry;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            // Clients may get to see the message, the log the cause.
            throw StorageErrors.unavailable("its directory is not accessible or held by another server", e);
        }
    }

    /** The server closes what it opened when this service goes; what it has not closed in time is closed here. */
    @Deactivate
    void deactivate() {
        for (FileProjectRegistry registry : opened) {
            if (!registry.awaitClosed(grace)) {
                LOG.warn("The project store was still open; it is closed now");
                registry.close();
            }
        }
        opened.clear();
    }

    private FileProjectRegistry load(Path data, Path projects, StoreLock lock) throws IOException {
        ProjectFiles projectFiles = new ProjectFiles(projects, files);
        RegistryLoader loader =
                new RegistryLoader(projectFiles, new Quarantine(data.resolve("quarantine"), files, clock));
        List<Project> loaded = loader.load();
        LOG.info(
                "Project store opened with {} projects, {} findings",
                loaded.size(),
                loader.report().size());
        return new FileProjectRegistry(projects, projectFiles, loaded, loader.report(), lock);
    }

    private Path dataDirectory() {
        String configured = configuration.settings().get(ServerSettings.DATA_DIR);
        return configured.isEmpty() ? Path.of(System.getProperty("user.home"), ".switchboard") : Path.of(configured);
    }
}
