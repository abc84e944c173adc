package dev.switchboard.messagelog.file.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the message log in {@code <data.dir>/projects}. */
@Component(
        service = {
            MessageLogProvider.class,
            LogMaintenance.class,
            MetricSource.class,
            FileMessageLogProvider.class // for its health checks and its cleanup
        },
        immediate = true,
        property = MessageLogProvider.NAME + "=file")
public final class FileMessageLogProvider implements MessageLogProvider, LogMaintenance, MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileMessageLogProvider.class);

    /** How long the server has to close a log of its own accord. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Clock clock;
    private final Duration grace;
    private final FileLayer files;
    private final BootId boot;
    private final LogFigures figures = new LogFigures();
    private final Configuration.Registration registration;
    private final Queue<JsonlMessageLog> opened = new ConcurrentLinkedQueue<>();
    private volatile LogPolicy policy;

    @Activate
    public FileMessageLogProvider(@Reference Configuration configuration) {
        this(configuration, Clock.systemUTC(), new DiskFiles(), BootId.present(), GRACE);
    }

    FileMessageLogProvider(Configuration configuration, Clock clock, FileLayer files, BootId boot, Duration grace) {
        this.configuration = configuration;
        this.clock = clock;
        this.files = files;
        this.boot = boot;
        this.grace = grace;
        this.registration = configuration.onChange(settings -> policy = LogPolicy.of(settings));
        this.policy = LogPolicy.of(configuration.settings());
    }

    @Override
    public MessageLog open() {
        Path projects = dataDirectory().resolve("projects");
        try {
            files.createDirectories(projects);
            StoreLock lock = StoreLock.take(projects.resolve(".messages.lock"), files);
            new Tombstones(projects, files).finish();
            LogContext context =
                    new LogContext(files, clock, () -> policy, new GroupCommit(), new IndexCache(files), boot, figures);
            JsonlMessageLog log = new JsonlMessageLog(projects, context, lock);
            opened.clear(); // the lock was free, so whatever was opened before is closed
            opened.add(log);
            LOG.info("Message log opened");
            return log;
        } catch (IOException e) {
            // Clients may get to see the message, the log the cause.
            throw StorageErrors.unavailable("its directory is not accessible or held by another server", e);
        }
    }

    @Override
    public LogReport verify(ProjectId project) {
        return present().verify(project);
    }

    @Override
    public LogReport repair(ProjectId project) {
        return present().repair(project);
    }

    private JsonlMessageLog present() {
        JsonlMessageLog log = opened.peek();
        if (log == null) {
            throw StorageErrors.unavailable("the message log is not open", null);
        }
        return log;
    }

    /** See {@link Tombstones#clean}; nothing if no log is open. */
    CleanupReport clean(boolean dryRun) throws IOException {
        JsonlMessageLog log = opened.peek();
        return log == null || log.isClosed() ? new CleanupReport(List.of(), List.of()) : log.clean(dryRun);
    }

    /** See {@link JsonlMessageLog#unwritable}; none if no log is open. */
    Set<ProjectId> unwritable() {
        JsonlMessageLog log = opened.peek();
        return log == null || log.isClosed() ? Set.of() : log.unwritable();
    }

    LogFigures figures() {
        return figures;
    }

    LogPolicy policy() {
        return policy;
    }

    @Override
    public void collect(MetricSink sink) {
        figures.collect(sink);
        int open = opened.stream().mapToInt(JsonlMessageLog::openCount).sum();
        sink.gauge("log_projects_open", "Projects whose log is open.", Map.of(), open);
    }

    /** The server closes what it opened when this service goes; what it has not closed in time is closed here. */
    @Deactivate
    void deactivate() {
        registration.close();
        for (JsonlMessageLog log : opened) {
            if (!log.awaitClosed(grace)) {
                LOG.warn("The message log was still open; it is closed now");
                log.close();
            }
        }
        opened.clear();
    }

    private Path dataDirectory() {
        String configured = configuration.settings().get(ServerSettings.DATA_DIR);
        return configured.isEmpty() ? Path.of(System.getProperty("user.home"), ".switchboard") : Path.of(configured);
    }
}
