package dev.switchboard.execution.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.logging.LogContext;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.project.Project.LastError;
import dev.switchboard.project.ProjectEvent;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Payloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One project at run time: its state, its active run, and the only writer of its log. Everything happens on its serial
 * executor; what others may see is the immutable {@link #status()}, replaced as a whole after each append, so that state and
 * {@code last_seq} always belong together.
 */
final class ProjectActor implements Run.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectActor.class);

    /** The project attribute that says that the next run forks its session. */
    static final String FORK = "session.fork";

    /** The custody label that holds the options of the run that is under way. */
    static final String LABEL_OPTIONS = "options";

    /** The ends of a log that nobody has been able to look at yet. */
    private static final LogHead UNKNOWN = new LogHead(new UUID(0, 0), 1, 0);

    /** The oldest project first. */
    static final Comparator<ProjectActor> BY_AGE =
            Comparator.comparing((ProjectActor actor) -> actor.createdAt).thenComparing(actor -> actor.id.toString());

    private final ProjectId id;
    private final Instant createdAt;
    private final LogContext context;
    private final Services services;
    private final SerialExecutor serial;
    private final Journal journal;
    private final Permissions permissions;
    private final StartRate startRate = new StartRate();
    private final RunQueue queue;
    private final AgentReports reports;
    private final LogTrouble trouble;

    private Project project;
    private ProjectState state;
    private Optional<Instant> limitedUntil = Optional.empty();
    private Run run;
    private boolean deleted;
    private boolean unsaved;
    private volatile ProjectStatus status;

    ProjectActor(Project project, LogHead head, Services services) {
        this.id = project.id();
        this.createdAt = project.createdAt();
        this.project = project;
        this.state = project.lastError().isPresent() ? ProjectState.ERROR : ProjectState.IDLE;
        this.services = services;
        this.context = LogContext.NONE.withProject(id.toString());
        this.serial = services.serial("project " + id, task -> task.orElse(run == null ? context : run.context()));
        this.journal = new Journal(id, services, serial, head, this::logReplaced);
        this.permissions = new Permissions(this, services, serial);
        this.queue = new RunQueue(this, project, services);
        this.reports = new AgentReports(this, services);
        this.trouble = new LogTrouble(this, services, journal, serial);
        publish();
    }

    /**
     * A project that was stored before. One whose log cannot be read is in ERROR, and looked at again and again.
     *
     * @throws SwitchboardException if no log is open at all
     */
    static ProjectActor load(Project project, Services services) {
        try {
            return new ProjectActor(project, services.stores().log(log -> log.head(project.id())), services);
        } catch (RuntimeException e) {
            if (!services.stores().hasLog()) {
                throw e;
            }
            ProjectActor actor = new ProjectActor(project, UNKNOWN, services);
            actor.trouble.failed(e);
            return actor;
        }
    }

    ProjectId id() {
        return id;
    }

    /** What log lines tell of it where nobody has asked for what is done. */
    LogContext context() {
        return context;
    }

    /** The present status; never blocks. */
    ProjectStatus status() {
        return status;
    }

    Services services() {
        return services;
    }

    /** Does something on the project's executor. */
    void execute(Runnable task) {
        serial.execute(task);
    }

    /** Does something on the project's executor and tells what came of it; fails once the project is deleted. */
    <T> CompletionStage<T> ask(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        serial.execute(() -> {
            try {
                requireAlive();
                result.complete(action.get());
            } catch (Throwable e) { // an Error too: whoever asked must not wait for ever
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    boolean isDeleted() {
        return deleted;
    }

    private void requireAlive() {
        if (deleted) {
            throw Roster.notFound(id);
        }
    }

    // What follows is called on the project's executor only.

    Project project() {
        return project;
    }

    Optional<Run> run() {
        return Optional.ofNullable(run);
    }

    StartRate startRate() {
        return startRate;
    }

    Permissions permissions() {
        return permissions;
    }

    RunQueue queue() {
        return queue;
    }

    /** Fails with {@code PROCESS_ACTIVE} while a run is active. */
    void requireIdle() {
        if (run != null) {
            throw new SwitchboardException(
                    ErrorCode.PROCESS_ACTIVE,
                    "a run is active on this project; wait for it or kill it",
                    Map.of("execution_id", run.id().toString()));
        }
    }

    /** The active run, or {@code PROCESS_NOT_FOUND}. */
    Run requireRun() {
        return run().orElseThrow(() ->
                new SwitchboardException(ErrorCode.PROCESS_NOT_FOUND, "no run is active on this project"));
    }

    /**
     * Claims the project for a run and records its beginning. The caller then begins the agent's turn.
     *
     * @param opening the record of the prompt, and what else is recorded with it; nothing for a turn that the agent begins by
     *        itself
     */
    Run claim(ExecutionId execution, ExecutionOptions options, Admission.Permit permit, List<NewMessage> opening) {
        Project claimed =
                queue.keptWith(project).withLastActive(services.clock().instant());
        LongFunction<List<NewMessage>> records = next -> {
            List<NewMessage> batch = new ArrayList<>();
            ObjectNode data = stateData(claimed, ProjectState.EXECUTING, Optional.of(execution), next);
            if (opening.isEmpty()) {
                data.put("origin", "agent");
            }
            batch.add(Records.server(Records.PROJECT_STATE, data));
            batch.addAll(opening);
            return batch;
        };
        long first = journal.head().lastSeq() + 1;
        List<Message> messages = journal.append(records);
        project = claimed;
        state = ProjectState.EXECUTING;
        run = new Run(execution, options, first, permit, services, serial, this);
        services.listeners()
                .tell(new ExecutionEvent.Started(snapshot(run, Execution.Status.STARTED), opening.isEmpty()));
        recorded(messages);
        changed(Kind.STATE);
        return run;
    }

    /** Takes over what the log knows of when something was done, if that is later than what the registry knows. */
    void wasActive(Instant at) {
        if (at.isAfter(project.lastActive())) {
            project = project.withLastActive(at);
            publish();
        }
    }

    /**
     * Takes over a run that an earlier server left behind, its open questions with it.
     *
     * @throws SwitchboardException if the log cannot be read; nothing has changed then
     */
    void resume(RunHistory.Begun begun) {
        List<PermissionRequest> questions =
                new RunHistory(services.stores(), id, begun.seq()).questions().open();
        state = ProjectState.EXECUTING;
        Admission.Permit permit = services.admission().adopt();
        run = new Run(begun.id(), ExecutionOptions.none(), begun.seq(), permit, services, serial, this);
        run.resume(begun.at());
        permissions.reopen(run, questions);
        changed(Kind.STATE);
    }

    @Override
    public AgentAdoption adoption(Run source, String agentId) {
        RunHistory history = new RunHistory(services.stores(), id, source.firstSeq());
        return new AgentAdoption(
                Optional.of(source.id()),
                id,
                project.directory(),
                nextSession(),
                history.prompt(),
                source.options(),
                agentId,
                services.custodian().get().flatMap(custodian -> custodian.find(agentId)),
                history.offset(agentId),
                permissions.open(),
                history.questions().answers());
    }

    /** The conversation that the agent goes on with. */
    SessionChoice nextSession() {
        boolean fork = project.sessionId().isPresent() && project.attributes().containsKey(FORK);
        return new SessionChoice(project.sessionId(), fork);
    }

    @Override
    public void relay(Run source, List<AgentEvent> events, Runnable recorded) {
        reports.relay(source, events, recorded);
    }

    @Override
    public Duration timeout() {
        return project.timeout().orElseGet(() -> services.setting(ServerSettings.TIMEOUTS_EXECUTION));
    }

    /** @param until when the agent's usage limit holds; empty if it does not */
    void limited(Optional<Instant> until) {
        limitedUntil = until;
    }

    /** Records something as soon as that can be done, then goes on. */
    void record(LongFunction<List<NewMessage>> batch, Runnable then) {
        journal.appendEventually(batch, Relay.then(this::recorded, then));
    }

    /** Records something now, or fails. */
    void recordNow(LongFunction<List<NewMessage>> batch) {
        recordNow(batch, first -> {});
    }

    /**
     * Records something now, or fails.
     *
     * @param before called with the first record's {@code seq}, before anybody is shown it
     * @return that {@code seq}
     */
    long recordNow(LongFunction<List<NewMessage>> batch, LongConsumer before) {
        List<Message> messages = journal.append(batch);
        long first = messages.get(0).seq();
        before.accept(first);
        recorded(messages);
        return first;
    }

    /** What a run has come to, the project behind it, and whether what waits is taken out of the queue. */
    private record Ending(ExecutionOutcome outcome, Project after, boolean emptiesQueue) {}

    @Override
    public void ended(Run over) {
        permissions.dropAll(() -> {});
        AtomicReference<Ending> ending = new AtomicReference<>();
        // Outcome and project as they are when the end is recorded: until then a kill is a kill, and a change a change.
        journal.appendEventually(
                seq -> {
                    ending.set(ending(over));
                    Project after = ending.get().after();
                    return EndRecords.of(
                            this,
                            after,
                            stateOf(after),
                            over.id(),
                            ending.get().outcome(),
                            ending.get().emptiesQueue(),
                            seq);
                },
                messages -> {
                    // As recorded, so that nobody who joins later is told another time of it.
                    Ending last = messages.isEmpty() ? ending(over) : ending.get();
                    ExecutionOutcome outcome = last.outcome();
                    // Who was shown the end finds the same after a crash. When that was, the log can tell too.
                    boolean saveFirst = messages.isEmpty() || !areAlikeButForTime(project, last.after());
                    project = last.after();
                    state = stateOf(project);
                    run = null;
                    over.makeRoom(outcome);
                    queue.ended(last.emptiesQueue(), firstSeq(messages));
                    if (saveFirst) {
                        save();
                    }
                    recorded(messages);
                    changed(Kind.STATE);
                    Execution execution = snapshot(over, Execution.Status.ENDED);
                    services.listeners().tell(new ExecutionEvent.Ended(execution, outcome));
                    over.close(execution);
                    queue.next();
                    if (!saveFirst) {
                        save();
                    }
                });
    }

    /** Whether two stages of a project differ in nothing but when something was done. */
    private static boolean areAlikeButForTime(Project before, Project after) {
        return before.withLastActive(after.lastActive()).equals(after);
    }

    private long firstSeq(List<Message> messages) {
        return messages.isEmpty() ? journal.head().lastSeq() : messages.get(0).seq();
    }

    private Ending ending(Run over) {
        ExecutionOutcome outcome = over.outcome();
        Instant now = services.clock().instant();
        Optional<LastError> error = outcome.code().map(code -> new LastError(code, outcome.message(), now));
        boolean emptiesQueue = queue.isEmptiedBy(outcome);
        Project kept = emptiesQueue ? QueueItems.NONE.keptWith(project) : project;
        return new Ending(outcome, kept.withLastActive(now).withLastError(error), emptiesQueue);
    }

    private static ProjectState stateOf(Project after) {
        return after.lastError().isPresent() ? ProjectState.ERROR : ProjectState.IDLE;
    }

    @Override
    public AgentListener agentTurn(AgentTurn turn, AgentExecutor by, String executor) {
        return new AgentTurnListener(this, turn, by, executor);
    }

    /** Changes what must last, records nothing. */
    void change(Project changed, Kind kind) {
        services.stores().registry(registry -> registry.update(id, before -> changed));
        project = changed;
        changed(kind);
        services.listeners().tell(new ProjectEvent.Updated(project));
    }

    /** Takes over what must last, and stores it as soon as that can be done. */
    void keep(Project changed) {
        project = changed;
        save();
    }

    /** Deletes the project with its log, and tells so. */
    ProjectStatus delete(Roster roster) {
        requireIdle();
        queue.cancelAllIfPossible();
        endIdleAgent(); // before its log goes, which can take a while
        roster.remove(id);
        return gone();
    }

    /** The registry does not know the project any more, so that it is gone as soon as its run, if there is one, is ended. */
    void forgotten() {
        if (deleted) {
            return;
        }
        if (run == null) {
            endIdleAgent();
            gone();
            return;
        }
        CompletableFuture<Execution> over = new CompletableFuture<>();
        over.thenRun(() -> serial.execute(this::forgotten));
        run.kill(over);
    }

    private void endIdleAgent() {
        try {
            services.forget(project.executor(), id);
        } catch (RuntimeException e) {
            LOG.error("project {} is being deleted, but its executor may still keep an agent", id, e);
        }
    }

    private ProjectStatus gone() {
        deleted = true;
        queue.close();
        trouble.stop();
        services.listeners().tell(new ExecutionEvent.Deleted(status));
        services.listeners().tell(new ProjectEvent.Removed(project));
        return status;
    }

    /** The stores were opened anew: takes over what they know now, but for what they have not been told yet. */
    void reopened() {
        try {
            if (unsaved) {
                save();
            } else {
                Project stored = services.stores()
                        .registry(registry -> registry.find(id))
                        .orElse(project);
                Instant active = project.lastActive();
                project = queue.keptWith(stored);
                wasActive(active);
                if (!project.equals(stored)) {
                    save();
                }
            }
        } catch (SwitchboardException e) {
            LOG.warn("project {}: the registry went away again: {}", id, e.getMessage());
        }
        trouble.look();
        queue.next();
    }

    private void logReplaced() {
        publish();
        services.listeners().tell(new ExecutionEvent.LogReplaced(status));
    }

    /** Fails with {@code STORAGE_UNAVAILABLE} while the log cannot be reached. */
    void requireLog() {
        journal.refresh();
    }

    /** A run as it is now. */
    Execution snapshot(Run source, Execution.Status at) {
        return new Execution(
                source.id(),
                id,
                at,
                0,
                services.clock().instant(),
                source.firstSeq(),
                journal.head().lastSeq());
    }

    /** The {@code data} of {@code project_state}, as of the record {@code seq}. */
    ObjectNode stateData(Project as, ProjectState in, Optional<ExecutionId> execution, long seq) {
        LogHead head = journal.head();
        LogHead then = new LogHead(head.epoch(), head.firstSeq(), seq);
        ObjectNode data = Payloads.projectState(new ProjectStatus(
                as, in, Optional.empty(), then, permissions.open(), limitedUntil, queue.shownWith(as)));
        execution.ifPresent(value -> data.put("execution_id", value.toString()));
        return data;
    }

    void stateChanged() {
        changed(Kind.STATE);
    }

    void changed(Kind kind) {
        publish();
        services.listeners().tell(new ExecutionEvent.Changed(status, kind));
    }

    private void recorded(List<Message> messages) {
        if (!messages.isEmpty()) {
            trouble.none();
        }
        publish();
        if (messages.isEmpty()) {
            return; // could not be appended, and never will
        }
        services.listeners().tell(new ExecutionEvent.Recorded(id, messages));
    }

    /** Has others see what is so now. */
    void publish() {
        List<PermissionRequest> open = permissions == null ? List.of() : permissions.open();
        Optional<ExecutionId> execution = Optional.ofNullable(run).map(Run::id);
        Optional<LastError> failure = trouble == null || run != null ? Optional.empty() : trouble.get();
        status = new ProjectStatus(
                failure.isPresent() ? project.withLastError(failure) : project,
                failure.isPresent() ? ProjectState.ERROR : state,
                execution,
                journal.head(),
                open,
                limitedUntil,
                queue == null ? List.of() : queue.shown());
    }

    private void save() {
        try {
            services.stores().registry(registry -> registry.update(id, before -> project));
            unsaved = false;
            services.listeners().tell(new ProjectEvent.Updated(project));
        } catch (RuntimeException e) {
            // The log has it; the registry gets it with the next change, or when the stores are opened again.
            unsaved = true;
            LOG.error("project {}: its metadata could not be saved: {}", id, e.getMessage());
        }
    }
}
