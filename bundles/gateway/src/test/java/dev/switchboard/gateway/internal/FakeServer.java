package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.Execution.Status;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Projects, logs and runs in memory; tests play the agent. */
final class FakeServer implements ProjectService, ExecutionService {
    private final ExecutionListener listener;
    private final Executor threads;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ProjectId, Entry> projects = new LinkedHashMap<>();
    final AtomicReference<RuntimeException> historyFailure = new AtomicReference<>();
    final AtomicReference<SwitchboardException> refuse = new AtomicReference<>();
    final AtomicReference<ExecutionRequest> lastRequest = new AtomicReference<>();
    final AtomicReference<PermissionAnswer> lastAnswer = new AtomicReference<>();
    final AtomicReference<Runnable> beforeAnswering = new AtomicReference<>(() -> {});
    final AtomicInteger reads = new AtomicInteger();

    private static final class Entry {
        private Project project;
        private UUID epoch = UUID.randomUUID();
        private ProjectState state = ProjectState.IDLE;
        private final List<Message> log = new ArrayList<>();
        private final List<Gap> gaps = new ArrayList<>();
        private long firstSeq = 1;
        private ExecutionId run;
        private ExecutionId queued;
        private List<QueuedExecution> waiting = List.of();
        private long runFirst;
    }

    FakeServer(ExecutionListener listener, Executor threads, Clock clock) {
        this.listener = listener;
        this.threads = threads;
        this.clock = clock;
    }

    // What tests do.

    /** A project without any events. */
    ProjectId seed(String path) {
        return locked(() -> add(path, Optional.empty(), "claude").id());
    }

    private Project add(String path, Optional<String> name, String executor) {
        Entry entry = new Entry();
        Instant now = clock.instant();
        entry.project = new Project(
                ProjectId.random(),
                path,
                Path.of(path),
                name,
                executor,
                Optional.empty(),
                now,
                now,
                Optional.empty(),
                Map.of());
        projects.put(entry.project.id(), entry);
        return entry.project;
    }

    /** An agent's line. */
    long agent(ProjectId project, String json) {
        return agent(project, Content.of(json));
    }

    long agent(ProjectId project, Content line) {
        return record(project, Direction.CLAUDE, "assistant", line);
    }

    void agents(ProjectId project, int count) {
        for (int i = 0; i < count; i++) {
            agent(project, "{\"type\":\"assistant\",\"n\":" + i + "}");
        }
    }

    long record(ProjectId project, Direction direction, String type, Content content) {
        return locked(() -> {
            Entry entry = entry(project);
            Message message =
                    new Message(entry.log.size() + 1, clock.instant(), direction, type, content, Optional.empty());
            entry.log.add(message);
            listener.on(new ExecutionEvent.Recorded(project, List.of(message)));
            return message.seq();
        });
    }

    void partial(ProjectId project, String json) {
        locked(() -> {
            listener.on(new ExecutionEvent.Partial(project, entry(project).run, Content.of(json)));
            return null;
        });
    }

    /** The run ends well. */
    void finish(ProjectId project) {
        locked(() -> {
            state(project, ProjectState.IDLE);
            ended(project, ExecutionOutcome.Result.COMPLETED);
            return null;
        });
    }

    /** A run of somebody's begins. */
    ExecutionId begin(ProjectId project) {
        return locked(() -> begin(project, ExecutionId.random()));
    }

    /** What was queued begins. */
    void startQueued(ProjectId project) {
        locked(() -> {
            Entry entry = entry(project);
            ExecutionId run = entry.queued;
            entry.queued = null;
            begin(project, run);
            return null;
        });
    }

    /** What waits, as others are shown it. */
    void queue(ProjectId project, QueuedExecution... waiting) {
        locked(() -> {
            entry(project).waiting = List.of(waiting);
            return null;
        });
    }

    /** What was queued will not begin. */
    Execution cancelQueued(ProjectId project) {
        return locked(() -> {
            Entry entry = entry(project);
            Execution over =
                    new Execution(entry.queued, project, Status.ENDED, 0, clock.instant(), 0, entry.log.size() + 1L);
            entry.queued = null;
            listener.on(new ExecutionEvent.Cancelled(over));
            record(project, Direction.SERVER, "queue_update", Json.content(Payloads.queueUpdate(List.of())));
            return over;
        });
    }

    void removeUntil(ProjectId project, long firstSeq) {
        locked(() -> {
            entry(project).firstSeq = firstSeq;
            return null;
        });
    }

    void damage(ProjectId project, long from, long to) {
        locked(() -> {
            entry(project).gaps.add(new Gap(from, to, "damaged on disk"));
            return null;
        });
    }

    void replaceLog(ProjectId project) {
        locked(() -> {
            Entry entry = entry(project);
            entry.log.clear();
            entry.epoch = UUID.randomUUID();
            listener.on(new ExecutionEvent.LogReplaced(status(project)));
            return null;
        });
    }

    private ExecutionId begin(ProjectId project, ExecutionId run) {
        Entry entry = entry(project);
        entry.run = run;
        entry.runFirst = entry.log.size() + 1;
        listener.on(new ExecutionEvent.Started(execution(project, Status.STARTED), false));
        state(project, ProjectState.EXECUTING);
        return run;
    }

    private void state(ProjectId project, ProjectState state) {
        entry(project).state = state;
        ObjectNode data = Payloads.projectState(status(project));
        record(project, Direction.SERVER, "project_state", Json.content(data));
        listener.on(new Changed(status(project), Kind.STATE));
    }

    private Execution ended(ProjectId project, ExecutionOutcome.Result result) {
        Execution execution = execution(project, Status.ENDED);
        entry(project).run = null;
        listener.on(new ExecutionEvent.Ended(execution, ExecutionOutcome.of(result)));
        return execution;
    }

    private Execution execution(ProjectId project, Status status) {
        Entry entry = entry(project);
        return new Execution(entry.run, project, status, 0, clock.instant(), entry.runFirst, entry.log.size());
    }

    private Entry entry(ProjectId id) {
        Entry entry = projects.get(id);
        if (entry == null) {
            throw new SwitchboardException(
                    ErrorCode.PROJECT_NOT_FOUND, "no project", Map.of("project_id", id.toString()));
        }
        return entry;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private <T> CompletionStage<T> later(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                T value = locked(action);
                beforeAnswering.get().run();
                result.complete(value);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    // ProjectService

    @Override
    public CompletionStage<ProjectStatus> create(String path, Optional<String> name, Optional<String> executor) {
        return later(() -> {
            if (projects.values().stream()
                    .anyMatch(entry -> entry.project.path().equals(path))) {
                throw new SwitchboardException(ErrorCode.PROJECT_EXISTS, "exists");
            }
            ProjectStatus status =
                    status(add(path, name, executor.orElse("claude")).id());
            listener.on(new Changed(status, Kind.CREATED));
            return status;
        });
    }

    @Override
    public CompletionStage<ProjectStatus> configure(ProjectId id, ProjectChange change) {
        return later(() -> {
            Entry entry = entry(id);
            if (change.name().isPresent()) {
                entry.project = entry.project.withName(change.name());
            }
            if (change.timeout().isPresent()) {
                entry.project = entry.project.withTimeout(change.timeout());
            }
            listener.on(new Changed(status(id), Kind.CONFIGURED));
            return status(id);
        });
    }

    @Override
    public CompletionStage<ProjectStatus> delete(ProjectId id) {
        return later(() -> {
            if (entry(id).run != null) {
                throw new SwitchboardException(ErrorCode.PROCESS_ACTIVE, "a run is active");
            }
            ProjectStatus status = status(id);
            projects.remove(id);
            listener.on(new ExecutionEvent.Deleted(status));
            return status;
        });
    }

    @Override
    public ProjectStatus status(ProjectId id) {
        return locked(() -> {
            Entry entry = entry(id);
            return new ProjectStatus(
                    entry.project,
                    entry.state,
                    Optional.ofNullable(entry.run),
                    new LogHead(entry.epoch, entry.firstSeq, entry.log.size()),
                    List.of(),
                    Optional.empty(),
                    entry.waiting);
        });
    }

    @Override
    public List<ProjectStatus> list() {
        return locked(() -> projects.keySet().stream().map(this::status).toList());
    }

    @Override
    public MessagePage history(ProjectId id, MessageQuery query) {
        reads.incrementAndGet();
        RuntimeException failure = historyFailure.get();
        if (failure != null) {
            throw failure;
        }
        Entry entry;
        List<Message> all;
        long head;
        lock.lock();
        try {
            entry = entry(id);
            head = entry.log.size();
            all = new ArrayList<>(entry.log.subList((int) Math.min(query.afterSeq(), head), (int) head));
        } finally {
            lock.unlock();
        }
        long after = query.cursor().map(Long::valueOf).orElse(query.afterSeq());
        List<Message> matching = all.stream()
                .filter(message -> message.seq() > query.afterSeq() && message.seq() < query.beforeSeq())
                .filter(message -> message.seq() >= entry.firstSeq)
                .filter(message ->
                        entry.gaps.stream().noneMatch(gap -> message.seq() >= gap.from() && message.seq() <= gap.to()))
                .filter(message -> query.directions().contains(message.direction()))
                .filter(message -> query.types().isEmpty() || query.types().contains(message.type()))
                .collect(Collectors.toList());
        long total = matching.size();
        matching.removeIf(message -> message.seq() <= after);
        if (query.order() == Order.DESCENDING) {
            Collections.reverse(matching);
        }
        matching = matching.subList((int) Math.min(matching.size(), query.offset()), matching.size());
        List<Message> page = new ArrayList<>();
        long bytes = 0;
        for (Message message : matching) {
            bytes += message.content().size();
            if (page.size() == query.limit() || !page.isEmpty() && bytes > query.maxBytes()) {
                break;
            }
            page.add(message);
        }
        boolean more = page.size() < matching.size();
        long reach = more ? page.get(page.size() - 1).seq() : Math.min(head, query.beforeSeq() - 1);
        List<Gap> gaps = entry.gaps.stream()
                .filter(gap -> gap.from() > after && gap.from() <= reach)
                .toList();
        return new MessagePage(
                page,
                gaps,
                query.counted() ? OptionalLong.of(total) : OptionalLong.empty(),
                more ? Optional.of(Long.toString(page.get(page.size() - 1).seq())) : Optional.empty(),
                new LogHead(entry.epoch, entry.firstSeq, head));
    }

    @Override
    public List<AgentSession> sessions(ProjectId id) {
        return List.of(new AgentSession("s-1", 1, 9, clock.instant(), "hello", Optional.empty()));
    }

    // ExecutionService

    @Override
    public CompletionStage<Execution> execute(ExecutionRequest request) {
        ProjectId project = request.project();
        return later(() -> {
            lastRequest.set(request);
            if (refuse.get() != null) {
                throw refuse.get();
            }
            Entry entry = entry(project);
            if (entry.run != null && request.queue()) {
                entry.queued = ExecutionId.random();
                return new Execution(entry.queued, project, Status.QUEUED, 1, clock.instant(), 0, entry.log.size());
            }
            if (entry.run != null) {
                throw new SwitchboardException(ErrorCode.PROCESS_ACTIVE, "a run is active");
            }
            ExecutionId run = begin(project, ExecutionId.random());
            record(
                    project,
                    Direction.CLIENT,
                    "user",
                    Payloads.prompt(run, request.prompt(), request.by().name()));
            return execution(project, Status.STARTED);
        });
    }

    @Override
    public CompletionStage<Execution> kill(ProjectId project, String by) {
        return later(() -> {
            checkActive(project);
            state(project, ProjectState.IDLE);
            record(
                    project,
                    Direction.SERVER,
                    "process_killed",
                    Json.content(Payloads.about(project, "reason", "process_killed", clock.instant())));
            return ended(project, ExecutionOutcome.Result.KILLED);
        });
    }

    private void checkActive(ProjectId project) {
        if (entry(project).run == null) {
            throw new SwitchboardException(ErrorCode.PROCESS_NOT_FOUND, "no run is active");
        }
    }

    @Override
    public CompletionStage<Execution> interrupt(ProjectId project, String by) {
        return later(() -> {
            checkActive(project);
            state(project, ProjectState.IDLE);
            return ended(project, ExecutionOutcome.Result.INTERRUPTED);
        });
    }

    @Override
    public CompletionStage<Long> answer(ProjectId project, PermissionAnswer answer, String by) {
        return later(() -> {
            lastAnswer.set(answer);
            return record(project, Direction.SERVER, "permission_resolved", Content.of("{}"));
        });
    }

    @Override
    public CompletionStage<Execution> cancelQueued(ProjectId project, ExecutionId execution, String by) {
        return later(() -> cancelQueued(project));
    }

    @Override
    public CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by) {
        return later(() -> {
            Entry entry = entry(project);
            if (entry.run != null) {
                throw new SwitchboardException(ErrorCode.PROCESS_ACTIVE, "a run is active");
            }
            String old = entry.project.sessionId().orElse("");
            entry.project = entry.project.withSession(choice.sessionId());
            listener.on(new Changed(status(project), Kind.SESSION_CHOSEN));
            long seq = record(
                    project,
                    Direction.SERVER,
                    "session_reset",
                    Json.content(Payloads.about(project, "reason", "session_reset", clock.instant())));
            return new SessionReset(old, seq);
        });
    }

    @Override
    public ExecutionStats stats() {
        return new ExecutionStats(1, 4, 2, 1, 250);
    }
}
