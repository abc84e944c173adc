package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Runs that do at once what a test says, before their acceptance is told. */
public final class FakeExecutions implements ExecutionService {
    public final List<ExecutionRequest> requests = new CopyOnWriteArrayList<>();
    public final List<String> stops = new CopyOnWriteArrayList<>();
    public final List<PermissionAnswer> answers = new CopyOnWriteArrayList<>();
    public Optional<Execution> active = Optional.empty();

    private final FakeServer server;
    private final Consumer<Execution> script;

    public FakeExecutions(FakeServer server, Consumer<Execution> script) {
        this.server = server;
        this.script = script;
    }

    /** Records that a queued run has begun, and tells it. */
    public Execution begin(Execution waiting) {
        Execution run = Runs.started(waiting.id(), waiting.project(), server.records.size() + 1L);
        active = Optional.of(run);
        server.tell(new ExecutionEvent.Started(run, false));
        server.record(Direction.SERVER, "project_state", "{\"state\":\"EXECUTING\"}");
        return run;
    }

    /** Records that the run ended, and tells it. */
    public void end(Execution run, Result result) {
        server.record(Direction.SERVER, "project_state", "{\"state\":\"IDLE\"}");
        active = Optional.empty();
        server.tell(Runs.ended(run, server.records.size(), Runs.outcome(result)));
    }

    @Override
    public CompletionStage<Execution> execute(ExecutionRequest request) {
        requests.add(request);
        if (active.isPresent() && request.queue()) {
            Execution waiting = Runs.queued(ExecutionId.random(), request.project());
            script.accept(waiting);
            return CompletableFuture.completedFuture(waiting);
        }
        if (active.isPresent()) {
            return CompletableFuture.failedFuture(
                    new SwitchboardException(ErrorCode.PROCESS_ACTIVE, "a run is active; wait for its end"));
        }
        Execution run = Runs.started(ExecutionId.random(), request.project(), server.records.size() + 1L);
        active = Optional.of(run);
        server.record(Direction.SERVER, "project_state", "{\"state\":\"EXECUTING\"}");
        server.record(Direction.CLIENT, "user", "{\"by\":\"" + request.by().name() + "\",\"prompt\":\"hidden\"}");
        script.accept(run);
        return CompletableFuture.completedFuture(run);
    }

    @Override
    public CompletionStage<Execution> kill(ProjectId project, String by) {
        return stop("kill", Result.KILLED, by);
    }

    @Override
    public CompletionStage<Execution> interrupt(ProjectId project, String by) {
        return stop("interrupt", Result.INTERRUPTED, by);
    }

    private CompletionStage<Execution> stop(String how, Result result, String by) {
        stops.add(how + " by " + by);
        if (active.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new SwitchboardException(ErrorCode.PROCESS_NOT_FOUND, "no run is active"));
        }
        Execution run = active.get();
        end(run, result);
        return CompletableFuture.completedFuture(run);
    }

    @Override
    public CompletionStage<Long> answer(ProjectId project, PermissionAnswer answer, String by) {
        answers.add(answer);
        return CompletableFuture.completedFuture(1L);
    }

    @Override
    public CompletionStage<Execution> cancelQueued(ProjectId project, ExecutionId execution, String by) {
        stops.add("cancel by " + by);
        return CompletableFuture.completedFuture(Runs.queued(execution, project));
    }

    @Override
    public CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by) {
        stops.add("new session by " + by);
        return CompletableFuture.completedFuture(new SessionReset("", 1));
    }

    @Override
    public ExecutionStats stats() {
        return new ExecutionStats(1, 7, 4, 2, 1500);
    }
}
