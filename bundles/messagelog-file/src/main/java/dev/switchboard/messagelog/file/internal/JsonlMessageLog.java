package dev.switchboard.messagelog.file.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message log with a directory of JSON lines for each project. Opens projects as they are asked for. */
final class JsonlMessageLog implements MessageLog {
    private static final Logger LOG = LoggerFactory.getLogger(JsonlMessageLog.class);
    /** Each open project has a file and the index of its last segment, some 200 KB at most by default. */
    private static final int MAX_OPEN = 200;

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private static final String LOG_DIRECTORY = "log";
    private static final String APPEND = "the messages could not be recorded";

    private final Path projects;
    private final LogContext context;
    private final Tombstones tombstones;
    private final Closeable storeLock;
    private final int maxOpen;
    private final Sweeper sweeper;
    private final Map<ProjectId, ProjectLog> logs = new ConcurrentHashMap<>();
    private final Failures failures = new Failures();
    private final AtomicLong ticks = new AtomicLong();
    /** Held for reading by every call, so that {@link #close} waits for those that have begun. */
    private final ReadWriteLock useLock = new ReentrantReadWriteLock();

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closeBegun;
    private boolean closed;

    /** @param storeLock closed when the log is */
    JsonlMessageLog(Path projects, LogContext context, Closeable storeLock) {
        this(projects, context, storeLock, MAX_OPEN);
    }

    JsonlMessageLog(Path projects, LogContext context, Closeable storeLock, int maxOpen) {
        this.projects = projects;
        this.context = context;
        this.tombstones = new Tombstones(projects, context.files());
        this.storeLock = storeLock;
        this.maxOpen = maxOpen;
        this.sweeper = new Sweeper(this::sweep, SWEEP);
    }

    @Override
    public List<Message> append(ProjectId project, List<NewMessage> batch) {
        return use(project, APPEND, log -> log.append(batch));
    }

    @Override
    public LogHead head(ProjectId project) {
        return use(
                project,
                "the message log could not be opened",
                log -> log.view().map(LogView::head));
    }

    @Override
    public MessagePage read(ProjectId project, MessageQuery query) {
        Objects.requireNonNull(query, "query");
        return use(project, "the messages could not be read", log -> {
            Optional<LogView> view = log.view();
            return view.isEmpty()
                    ? Optional.empty()
                    : unlessDeleted(log, new PageReader(view.get(), query, context).read());
        });
    }

    @Override
    public Optional<Message> lastFrom(ProjectId project, String agent) {
        Objects.requireNonNull(agent, "agent");
        return use(project, "the messages could not be read", log -> {
            Optional<LogView> view = log.view();
            return view.isEmpty()
                    ? Optional.empty()
                    : unlessDeleted(log, new LastFromAgent(agent, context.indexes()).in(view.get()));
        });
    }

    @Override
    public void delete(ProjectId project) {
        use(project, "the messages could not be deleted", log -> {
            Path directory = directory(project);
            if (!Files.exists(directory)) {
                return Optional.of(false);
            }
            Path tombstone = tombstones.next(project);
            if (!log.moveTo(tombstone)) {
                return Optional.empty();
            }
            logs.remove(project, log);
            context.indexes().forget(directory);
            failures.forget(project);
            bury(project, tombstone);
            return Optional.of(true);
        });
    }

    private void bury(ProjectId project, Path tombstone) {
        try {
            tombstones.bury(project, tombstone);
        } catch (IOException e) {
            LOG.error("Project {}: its messages are deleted, but that may not last", project, e);
            throw StorageErrors.of(e, "the messages may not be deleted for good", projects);
        }
    }

    @Override
    public Set<ProjectId> projects() {
        return guard(() -> {
            Set<ProjectId> found = new HashSet<>();
            try (Stream<Path> entries = Files.list(projects)) {
                entries.filter(entry -> Files.isDirectory(entry.resolve(LOG_DIRECTORY)))
                        .forEach(entry -> idOf(entry).ifPresent(found::add));
                return found;
            } catch (IOException | UncheckedIOException e) {
                LOG.error("The directory of the projects cannot be read", e);
                throw StorageErrors.unavailable("the projects with messages cannot be listed: the disk failed", e);
            }
        });
    }

    /** Removes what is past its time, in all projects. Logs of which nothing is, are not opened for it. */
    void sweep() {
        LogPolicy policy = context.policy().get();
        for (ProjectId project : projects()) {
            if (logs.containsKey(project) || policy.removesAny() && isDue(project, policy)) {
                use(project, "what is past its time could not be removed", ProjectLog::sweep);
            }
        }
    }

    private boolean isDue(ProjectId project, LogPolicy policy) {
        try {
            List<Segment> segments = LogRecovery.segmentsIn(directory(project));
            return Retention.removable(segments, policy, context.clock().instant()) > 0;
        } catch (IOException e) {
            LOG.debug("Project {}: its log is looked through when it can be read", project, e);
            return false;
        }
    }

    /** See {@link dev.switchboard.message.LogMaintenance#verify}. */
    LogReport verify(ProjectId project) {
        return use(project, "the messages could not be verified", log -> {
            Optional<LogView> view = log.view();
            return view.isEmpty()
                    ? Optional.empty()
                    : unlessDeleted(
                            log, new LogAudit(view.get(), () -> head(project).firstSeq(), () -> closeBegun).verify());
        });
    }

    /** See {@link dev.switchboard.message.LogMaintenance#repair}. */
    LogReport repair(ProjectId project) {
        return use(project, "the messages could not be repaired", ProjectLog::repair);
    }

    /** See {@link Tombstones#clean}. */
    CleanupReport clean(boolean dryRun) throws IOException {
        try {
            return guard(() -> {
                try {
                    return tombstones.clean(dryRun);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Which projects' messages could not be recorded the last time it was tried. */
    Set<ProjectId> unwritable() {
        return failures.of(APPEND);
    }

    @Override
    public void close() {
        closeBegun = true;
        sweeper.close(); // before the lock is taken, which a sweep needs
        useLock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                context.flusher().close();
                logs.values().forEach(log -> log.retire(true));
                logs.clear();
                storeLock.close();
                closing.countDown();
            }
        } catch (IOException e) {
            LOG.warn("The lock of the message log could not be released", e);
        } finally {
            useLock.writeLock().unlock();
        }
    }

    /** Waits until somebody has closed it; returns whether that happened in time. */
    boolean awaitClosed(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isClosed() {
        return closing.getCount() == 0;
    }

    /** How many projects are open. */
    int openCount() {
        return logs.size();
    }

    private Path directory(ProjectId project) {
        return projects.resolve(project.toString()).resolve(LOG_DIRECTORY);
    }

    private static Optional<ProjectId> idOf(Path entry) {
        String name = entry.getFileName().toString();
        try {
            return Optional.of(ProjectId.parse(name)).filter(id -> id.toString().equals(name));
        } catch (SwitchboardException e) {
            return Optional.empty(); // somebody else's directory
        }
    }

    /** An operation on a project's log; empty if the log was retired before it could be done. */
    @FunctionalInterface
    private interface Operation<T> {
        Optional<T> run(ProjectLog log) throws IOException;
    }

    private <T> T use(ProjectId project, String failed, Operation<T> operation) {
        return guard(() -> repeat(project, failed, operation));
    }

    private <T> T guard(Supplier<T> action) {
        Lock use = useLock.readLock();
        use.lock();
        try {
            if (closed) {
                throw StorageErrors.unavailable("the message log is closed; try again when it is open", null);
            }
            return action.get();
        } finally {
            use.unlock();
        }
    }

    private <T> T repeat(ProjectId project, String failed, Operation<T> operation) {
        while (true) {
            ProjectLog log = logs.computeIfAbsent(project, id -> new ProjectLog(directory(id), context));
            log.touch(ticks.incrementAndGet());
            retireOthers(log);
            try {
                Optional<T> result = operation.run(log);
                if (result.isPresent()) {
                    failures.worked(project, failed);
                    return result.get();
                }
            } catch (IOException e) {
                if (!log.deleted()) {
                    context.figures().failed();
                    report(project, failed, e);
                    throw StorageErrors.of(e, failed, projects);
                }
            }
            logs.remove(project, log);
        }
    }

    private void report(ProjectId project, String failed, IOException e) {
        if (failures.begins(project, failed)) {
            LOG.error("Project {}: {}", project, failed, e);
        } else {
            LOG.debug("Project {}: {} again", project, failed, e);
        }
    }

    private static <T> Optional<T> unlessDeleted(ProjectLog log, T result) {
        return log.deleted() ? Optional.empty() : Optional.of(result);
    }

    private record LastUse(ProjectId project, ProjectLog log, long tick) {}

    /** Closes those that were not used for longest until there are not too many; one that is busy stays. */
    private void retireOthers(ProjectLog used) {
        if (logs.size() <= maxOpen) {
            return;
        }
        List<LastUse> byTick = new ArrayList<>(); // as it is now: they go on being used while they are sorted
        logs.forEach((project, log) -> byTick.add(new LastUse(project, log, log.lastUse())));
        byTick.sort(Comparator.comparingLong(LastUse::tick));
        for (LastUse last : byTick) {
            if (logs.size() <= maxOpen) {
                return;
            }
            if (last.log() != used && last.log().retire(false)) {
                logs.remove(last.project(), last.log());
            }
        }
    }
}
