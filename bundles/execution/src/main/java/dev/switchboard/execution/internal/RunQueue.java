package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.logging.LogContext;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.Payloads;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that wait for a project's present one to end. Used only on the project's serial executor, but for {@link #roomMade}.
 *
 * <p>The next one begins when the end of the one before has been shown. What passes (no room, no executor, no log, a low disk, too
 * many starts within a minute) it waits out: room and executors are told of, the rest is looked for again after a while. What does
 * not pass makes it a run that fails at once.
 */
final class RunQueue {
    private static final Logger LOG = LoggerFactory.getLogger(RunQueue.class);

    /** What may wait in one project, in characters: it is written anew with each change of the project's metadata. */
    static final long MOST_CHARACTERS = 8 << 20;

    private final ProjectActor actor;
    private final Services services;
    private final RunStarter starter;
    private final QueueRetry retry;

    /** What log lines tell of who asked for what waits, as far as that was in this server's time. */
    private final Map<ExecutionId, LogContext> askers = new HashMap<>();

    private QueueItems items;
    /** Whether nothing may begin yet, because nobody has looked what an earlier server left behind. */
    private boolean held;
    /** Whether the log has been asked which of them still wait. */
    private boolean proven;
    /** Whether a kill of the present run was asked for, so that its end empties the queue. */
    private boolean abandoned;

    private boolean awaitsRoom;

    /** The present run, if an earlier server took it out of the queue and was gone before its agent was launched. */
    private Optional<QueuedRun> unlaunched = Optional.empty();

    RunQueue(ProjectActor actor, Project project, Services services) {
        this.actor = actor;
        this.services = services;
        this.starter = new RunStarter(services);
        this.retry = new QueueRetry(actor, services, this::next);
        this.items = QueueItems.of(project);
        this.held = !items.isEmpty();
        this.proven = items.isEmpty();
    }

    /** The runs that wait, as others are shown them. */
    List<QueuedExecution> shown() {
        return items.shown();
    }

    /** The same as of a record that the project will be after. */
    List<QueuedExecution> shownWith(Project project) {
        return items.isEmpty() ? List.of() : items.shownWith(project);
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** A project with what waits as it is now. */
    Project keptWith(Project project) {
        return items.keptWith(project);
    }

    /**
     * Puts a run at the end.
     *
     * @param options of the request, checked
     * @throws SwitchboardException {@code RESOURCE_LIMIT}, or {@code STORAGE_UNAVAILABLE}; nothing has changed then
     */
    Execution add(ExecutionRequest request, ExecutionOptions options) {
        prove();
        Instant now = services.clock().instant();
        QueuedRun run = new QueuedRun(ExecutionId.random(), request.prompt(), options, request.by(), now);
        requireRoom(run);
        QueueItems before = items;
        QueueItems after = items.with(run);
        actor.change(after.keptWith(actor.project()), Kind.ATTENTION);
        items = after;
        try {
            long seq = actor.recordNow(next -> List.of(after.record()), first -> {});
            askers.keySet().removeIf(id -> items.find(id).isEmpty());
            askers.put(run.id(), LogContext.current());
            return new Execution(run.id(), actor.id(), Execution.Status.QUEUED, after.size(), now, 0, seq - 1);
        } catch (RuntimeException e) {
            items = before;
            actor.keep(before.keptWith(actor.project()));
            throw e;
        }
    }

    private void requireRoom(QueuedRun run) {
        int limit = services.setting(ServerSettings.LIMITS_EXECUTIONS_QUEUED);
        if (limit > 0 && items.size() >= limit) {
            throw full("executions_queued", limit + " runs wait on this project already", limit, items.size());
        }
        long kept = QueueItems.keptCharacters(actor.project());
        if (kept + run.write().length() > MOST_CHARACTERS) {
            throw full(
                    "queued_characters",
                    "the prompts that would wait on this project are too large in all",
                    MOST_CHARACTERS,
                    kept);
        }
    }

    private static SwitchboardException full(String resource, String what, long limit, long current) {
        return new SwitchboardException(
                ErrorCode.RESOURCE_LIMIT,
                what + "; wait until one begins, or cancel one",
                Map.of("resource", resource, "limit", limit, "current", current));
    }

    /** Takes one out, or fails with {@code PROCESS_NOT_FOUND}. */
    Execution cancel(ExecutionId id) {
        prove();
        QueuedRun run = items.find(id)
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.PROCESS_NOT_FOUND, "no run with this id is queued", Map.of("field", "execution_id")));
        return become(items.without(id), List.of(run));
    }

    /** Takes all out, and tells of the first. */
    Optional<Execution> cancelAll() {
        prove();
        return items.isEmpty() ? Optional.empty() : Optional.of(become(QueueItems.NONE, List.copyOf(items.all())));
    }

    /** Takes all out of a project that is to be deleted; if its log is away, nobody is told. */
    void cancelAllIfPossible() {
        try {
            cancelAll();
        } catch (SwitchboardException e) {
            LOG.warn("project {}: {} queued runs go with it: {}", actor.id(), items.size(), e.getMessage());
        }
    }

    private Execution become(QueueItems after, List<QueuedRun> gone) {
        QueueItems before = items;
        items = after;
        try {
            long seq = actor.recordNow(next -> List.of(after.record()), first -> tellCancelled(gone, first));
            actor.keep(after.keptWith(actor.project()));
            return over(gone.get(0), seq);
        } catch (RuntimeException e) {
            items = before;
            throw e;
        }
    }

    private void tellCancelled(List<QueuedRun> gone, long seq) {
        gone.forEach(run -> services.listeners().tell(new ExecutionEvent.Cancelled(over(run, seq))));
    }

    private Execution over(QueuedRun run, long seq) {
        return new Execution(
                run.id(),
                actor.id(),
                Execution.Status.ENDED,
                0,
                services.clock().instant(),
                0,
                seq);
    }

    /** Somebody kills the present run. While the server stops it is the server, and what waits is for the next start. */
    void abandon() {
        abandoned |= !services.admission().isClosed();
    }

    /** Whether the end of the present run with this outcome empties the queue. */
    boolean isEmptiedBy(ExecutionOutcome outcome) {
        if (items.isEmpty() || abandoned) {
            return !items.isEmpty();
        }
        if (services.admission().isClosed()) {
            return false;
        }
        return switch (outcome.result()) {
            case COMPLETED, INTERRUPTED -> false;
            case KILLED -> true;
            // That the server was stopped is no fault of the agent's.
            case FAILED, TIMED_OUT -> !"server_stopped".equals(outcome.details().get("reason"));
        };
    }

    /**
     * The end of a run is recorded and about to be shown.
     *
     * @param emptied whether it has emptied the queue, which its first record, with this {@code seq}, says
     */
    void ended(boolean emptied, long seq) {
        abandoned = false;
        if (emptied) {
            List<QueuedRun> gone = List.copyOf(items.all());
            items = QueueItems.NONE;
            tellCancelled(gone, seq);
        }
    }

    /**
     * The present run was left behind by an earlier server, and there is no agent of it. If it is kept here still, it never had
     * one, because it is forgotten only when it has; then it is given one. Otherwise nobody knows what became of it, and it ends.
     */
    void goOnWithoutAgent(Run run) {
        unlaunched = items.find(run.id());
        if (unlaunched.isEmpty()) {
            run.lost();
        }
    }

    /** What an earlier server left behind has been looked after, or is the project's present run. */
    void release() {
        held = false;
        try {
            prove();
        } catch (SwitchboardException e) {
            LOG.warn("project {}: what waits cannot be compared with the log yet: {}", actor.id(), e.getMessage());
        }
        next();
    }

    /** The project is gone. */
    void close() {
        held = true;
        retry.stop();
    }

    /** Begins the next one, if one waits and nothing is in its way; to be called whenever something may not be any more. */
    void next() {
        if (unlaunched.isPresent()) {
            launchLeftBehind(unlaunched.get());
        } else if (mayBegin()) {
            attempt(null);
        }
    }

    private void launchLeftBehind(QueuedRun item) {
        Optional<Run> run = actor.run().filter(present -> present.id().equals(item.id()) && present.lacksAgent());
        if (run.isEmpty()) {
            unlaunched = Optional.empty(); // somebody has killed it meanwhile
            actor.keep(items.keptWith(actor.project()));
            next();
            return;
        }
        if (services.admission().isClosed()) {
            return;
        }
        try {
            AgentExecutor executor = starter.executor(actor.project().executor());
            Verdict verdict = check(item, executor);
            LOG.info("project {}: run {} had no agent yet, and is given one", actor.id(), item.id());
            unlaunched = Optional.empty();
            launch(run.get(), item, executor, verdict);
        } catch (RuntimeException e) {
            retry.after(e);
        }
    }

    private boolean mayBegin() {
        return !held
                && !awaitsRoom
                && !items.isEmpty()
                && actor.run().isEmpty()
                && !actor.isDeleted()
                && !services.admission().isClosed();
    }

    /** There is room for a run. */
    private void roomMade(Admission.Permit permit) {
        try {
            actor.execute(() -> {
                awaitsRoom = false;
                if (mayBegin()) {
                    attempt(permit);
                } else {
                    permit.cancel();
                }
            });
        } catch (RejectedExecutionException e) {
            permit.cancel();
        }
    }

    /** @param given the permit that was waited for, or {@code null} */
    private void attempt(Admission.Permit given) {
        retry.stop();
        Admission.Permit permit = given;
        try {
            prove();
            if (items.isEmpty()) {
                cancel(permit);
                return;
            }
            AgentExecutor executor = starter.executor(actor.project().executor());
            requireFree(executor);
            starter.requireTime(actor);
            if (permit == null) {
                permit = services.admission().acquireOrWait(this::roomMade).orElse(null);
                awaitsRoom = permit == null;
            }
            if (permit != null) {
                begin(items.all().iterator().next(), executor, permit);
                retry.succeeded();
            }
        } catch (RuntimeException e) {
            cancel(permit);
            retry.after(e);
        }
    }

    private static void cancel(Admission.Permit permit) {
        if (permit != null) {
            permit.cancel();
        }
    }

    /** A turn that the agent has begun by itself comes first. */
    private void requireFree(AgentExecutor executor) {
        if (executor.isOccupied(actor.id())) {
            throw new SwitchboardException(ErrorCode.PROCESS_ACTIVE, "the agent has begun a turn by itself");
        }
    }

    private void begin(QueuedRun next, AgentExecutor executor, Admission.Permit permit) {
        Verdict verdict = check(next, executor); // before the claim: if it fails, nothing has begun
        Run run = claim(next, permit);
        actor.startRate().count(services.clock().millis());
        launch(run, next, executor, verdict);
    }

    /** Whether a run may be, and with what options. */
    private record Verdict(ExecutionOptions options, Optional<SwitchboardException> refusal) {}

    private Verdict check(QueuedRun item, AgentExecutor executor) {
        try {
            return new Verdict(
                    starter.checked(actor.project(), item.options(), item.by(), executor.capabilities()),
                    Optional.empty());
        } catch (SwitchboardException e) {
            return new Verdict(item.options(), Optional.of(e));
        }
    }

    /** Gives a run that has been claimed its agent, and forgets what it takes to do that; in this order. */
    private void launch(Run run, QueuedRun item, AgentExecutor executor, Verdict verdict) {
        run.options(verdict.options());
        verdict.refusal()
                .ifPresentOrElse(
                        e -> run.end(ExecutionOutcome.failed(Result.FAILED, e.code(), e.getMessage(), e.details())),
                        () -> starter.begin(actor, run, executor, item.prompt()));
        actor.keep(items.keptWith(actor.project()));
    }

    private Run claim(QueuedRun next, Admission.Permit permit) {
        QueueItems before = items;
        items = items.without(next.id());
        try {
            NewMessage prompt = Records.prompt(
                    Payloads.prompt(next.id(), next.prompt(), next.by().name()));
            LogContext asker = askers.getOrDefault(next.id(), actor.context());
            Run run = asker.call(() -> actor.claim(next.id(), next.options(), permit, List.of(prompt, items.record())));
            askers.remove(next.id());
            return run;
        } catch (RuntimeException e) {
            items = before;
            throw e;
        }
    }

    private void prove() {
        if (proven) {
            return;
        }
        QueueItems left = items.provenBy(services.stores(), actor.id());
        proven = true;
        if (left.size() < items.size()) {
            LOG.info("project {}: {} queued runs had left the queue before", actor.id(), items.size() - left.size());
            items = left;
            if (unlaunched.isEmpty()) { // or it is forgotten when it has been launched
                actor.keep(left.keptWith(actor.project()));
            }
            actor.changed(Kind.ATTENTION);
        }
    }
}
