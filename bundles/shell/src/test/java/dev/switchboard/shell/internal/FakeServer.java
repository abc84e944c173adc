package dev.switchboard.shell.internal;

import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.Settings;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.security.TokenRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server in memory: projects with logs, and whatever other service a test puts in. What is not put in is missing. */
public final class FakeServer implements Services, ProjectService {
    public static final Instant NOW = Instant.parse("2026-01-31T10:15:30.123456Z");
    public static final UUID EPOCH = new UUID(1, 2);

    public final List<ProjectStatus> projects = new CopyOnWriteArrayList<>();
    public final List<Message> records = new CopyOnWriteArrayList<>();
    public final List<ExecutionListener> listeners = new CopyOnWriteArrayList<>();
    public final List<AgentSession> sessions = new ArrayList<>();
    public final List<ExecutorEntry> executors = new ArrayList<>();
    /** Asked for before a page is read. */
    public Runnable beforeReading = () -> {};
    /** Told after a page has been read and before it is handed over. */
    public Runnable afterReading = () -> {};

    public List<Gap> gaps = List.of();
    public Optional<ExecutionService> execution = Optional.empty();
    public Optional<TokenRegistry> tokens = Optional.empty();
    public Optional<HealthMonitor> health = Optional.empty();
    public Optional<Cleanup> cleanup = Optional.empty();
    public Optional<LogMaintenance> maintenance = Optional.empty();
    public Optional<ConnectionRegistry> connections = Optional.empty();
    public Optional<ProcessCustodian> custodian = Optional.empty();
    public Optional<ConfigurationEditor> editor = Optional.empty();
    public final List<StoreEntry> stores = new ArrayList<>();
    /** Every query that a page was read for. */
    public final List<MessageQuery> queries = new ArrayList<>();

    public Settings settings = Settings.defaults();
    public boolean withProjects = true;

    /** Adds a project. */
    public ProjectId add(String id, String path, Optional<String> name) {
        ProjectId project = ProjectId.parse(id);
        projects.add(status(project, path, name, new LogHead(EPOCH, 1, 0)));
        return project;
    }

    public static ProjectStatus status(ProjectId id, String path, Optional<String> name, LogHead head) {
        Project project = new Project(
                id, path, Path.of(path), name, "claude", Optional.empty(), NOW, NOW, Optional.empty(), Map.of());
        return new ProjectStatus(project, ProjectState.IDLE, Optional.empty(), head, List.of(), Optional.empty());
    }

    /** Appends a record to the one log that there is. */
    public Message record(Direction direction, String type, String json) {
        Message message = new Message(records.size() + 1L, NOW, direction, type, Content.of(json), Optional.empty());
        records.add(message);
        for (int i = 0; i < projects.size(); i++) {
            Project project = projects.get(i).project();
            projects.set(
                    i, status(project.id(), project.path(), project.name(), new LogHead(EPOCH, 1, records.size())));
        }
        return message;
    }

    public void tell(ExecutionEvent event) {
        listeners.forEach(listener -> listener.on(event));
    }

    private static SwitchboardException missing() {
        return new SwitchboardException(ErrorCode.SERVICE_UNAVAILABLE, "it is not available");
    }

    @Override
    public ProjectService projects() {
        if (!withProjects) {
            throw missing();
        }
        return this;
    }

    @Override
    public ExecutionService executions() {
        return execution.orElseThrow(FakeServer::missing);
    }

    @Override
    public TokenRegistry tokens() {
        return tokens.orElseThrow(FakeServer::missing);
    }

    @Override
    public HealthMonitor health() {
        return health.orElseThrow(FakeServer::missing);
    }

    @Override
    public Configuration configuration() {
        return Configuration.of(settings);
    }

    @Override
    public ConnectionRegistry connections() {
        return connections.orElseThrow(FakeServer::missing);
    }

    @Override
    public ProcessCustodian custodian() {
        return custodian.orElseThrow(FakeServer::missing);
    }

    @Override
    public ConfigurationEditor editor() {
        return editor.orElseThrow(FakeServer::missing);
    }

    @Override
    public List<StoreEntry> stores() {
        return stores;
    }

    @Override
    public String version() {
        return "0.1.0.test";
    }

    @Override
    public Cleanup cleanup() {
        return cleanup.orElseThrow(FakeServer::missing);
    }

    @Override
    public LogMaintenance maintenance() {
        return maintenance.orElseThrow(FakeServer::missing);
    }

    @Override
    public List<ExecutorEntry> executors() {
        return executors;
    }

    @Override
    public Registration listen(ExecutionListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}

    @Override
    public CompletionStage<ProjectStatus> create(String path, Optional<String> name, Optional<String> executor) {
        if (!path.startsWith("/")) {
            return CompletableFuture.failedFuture(
                    new SwitchboardException(ErrorCode.INVALID_PATH, "the path is not absolute"));
        }
        add(UUID.randomUUID().toString(), path, name);
        return CompletableFuture.completedFuture(projects.get(projects.size() - 1));
    }

    @Override
    public CompletionStage<ProjectStatus> configure(ProjectId id, ProjectChange change) {
        ProjectStatus before = status(id);
        Project changed = before.project();
        if (change.name().isPresent()) {
            changed = changed.withName(change.name().filter(text -> !text.isEmpty()));
        }
        if (change.executor().isPresent()) {
            changed = changed.withExecutor(change.executor().get());
        }
        if (change.timeout().isPresent()) {
            changed = changed.withTimeout(change.timeout().filter(timeout -> !timeout.isNegative()));
        }
        return CompletableFuture.completedFuture(
                replace(before, changed, before.pendingPermissions(), before.execution()));
    }

    /** Puts another status in the place of one. */
    public ProjectStatus replace(
            ProjectStatus before, Project project, List<PermissionRequest> questions, Optional<ExecutionId> run) {
        ProjectStatus after = new ProjectStatus(
                project,
                run.isPresent() ? ProjectState.EXECUTING : ProjectState.IDLE,
                run,
                before.log(),
                questions,
                Optional.empty());
        projects.set(projects.indexOf(before), after);
        return after;
    }

    @Override
    public CompletionStage<ProjectStatus> delete(ProjectId id) {
        ProjectStatus last = status(id);
        projects.remove(last);
        return CompletableFuture.completedFuture(last);
    }

    @Override
    public ProjectStatus status(ProjectId id) {
        return projects.stream()
                .filter(status -> status.project().id().equals(id))
                .findAny()
                .orElseThrow();
    }

    @Override
    public List<ProjectStatus> list() {
        return projects;
    }

    @Override
    public MessagePage history(ProjectId id, MessageQuery query) {
        beforeReading.run();
        queries.add(query);
        List<Message> page = records.stream()
                .filter(message -> message.seq() > query.afterSeq() && message.seq() < query.beforeSeq())
                .limit(query.limit())
                .toList();
        long last = records.stream().mapToLong(Message::seq).max().orElse(0);
        List<Gap> holes =
                gaps.stream().filter(gap -> gap.from() > query.afterSeq()).toList();
        MessagePage answer =
                new MessagePage(page, holes, OptionalLong.empty(), Optional.empty(), new LogHead(EPOCH, 1, last));
        afterReading.run();
        return answer;
    }

    @Override
    public List<AgentSession> sessions(ProjectId id) {
        return sessions;
    }
}
