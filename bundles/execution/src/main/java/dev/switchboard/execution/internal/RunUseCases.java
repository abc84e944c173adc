package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Payloads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** The use cases about runs. */
final class RunUseCases implements ExecutionService {
    private final Services services;
    private final ProjectUseCases projects;
    private final RunStarter starter;

    RunUseCases(Services services, ProjectUseCases projects) {
        this.services = services;
        this.projects = projects;
        this.starter = new RunStarter(services);
    }

    @Override
    public CompletionStage<Execution> execute(ExecutionRequest request) {
        ProjectActor actor = projects.actor(request.project());
        CompletableFuture<Execution> accepted = new CompletableFuture<>();
        actor.ask(() -> {
                    accept(actor, request, accepted);
                    return accepted;
                })
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        accepted.completeExceptionally(failure);
                    }
                });
        return accepted;
    }

    private void accept(ProjectActor actor, ExecutionRequest request, CompletableFuture<Execution> accepted) {
        boolean waits = actor.run().isPresent() || !actor.queue().isEmpty();
        if (waits && !request.queue()) {
            actor.requireIdle();
            throw new SwitchboardException(
                    ErrorCode.PROCESS_ACTIVE, "runs are queued on this project; queue this one too, or cancel them");
        }
        Project project = actor.project();
        AgentExecutor executor = starter.executor(project.executor());
        ExecutionOptions options = starter.checked(project, request.options(), request.by(), executor.capabilities());
        if (waits) {
            services.admission().checkDisk();
            accepted.complete(actor.queue().add(request, options));
        } else {
            start(actor, request, options, executor, accepted);
        }
    }

    private void start(
            ProjectActor actor,
            ExecutionRequest request,
            ExecutionOptions options,
            AgentExecutor executor,
            CompletableFuture<Execution> accepted) {
        starter.requireTime(actor);
        Run run = claim(actor, request, options);
        actor.startRate().count(services.clock().millis());
        // Accepted before the agent begins, so that the reply finds its place before the agent's first line.
        accepted.complete(actor.snapshot(run, Execution.Status.STARTED));
        starter.begin(actor, run, executor, request.prompt());
    }

    private Run claim(ProjectActor actor, ExecutionRequest request, ExecutionOptions options) {
        Admission.Permit permit = services.admission().acquire();
        ExecutionId id = ExecutionId.random();
        try {
            return actor.claim(
                    id,
                    options,
                    permit,
                    List.of(Records.prompt(
                            Payloads.prompt(id, request.prompt(), request.by().name()))));
        } catch (RuntimeException e) {
            permit.cancel();
            throw e;
        }
    }

    @Override
    public CompletionStage<Execution> kill(ProjectId project, String by) {
        return stop(project, (actor, over) -> {
            if (actor.run().isEmpty() && !services.admission().isClosed()) {
                Optional<Execution> first = actor.queue().cancelAll();
                first.ifPresentOrElse(over::complete, actor::requireRun);
            } else {
                Run run = actor.requireRun();
                actor.queue().abandon();
                run.kill(over);
            }
        });
    }

    @Override
    public CompletionStage<Execution> interrupt(ProjectId project, String by) {
        return stop(project, (actor, over) -> actor.requireRun().interrupt(over));
    }

    private CompletionStage<Execution> stop(
            ProjectId project, BiConsumer<ProjectActor, CompletableFuture<Execution>> how) {
        ProjectActor actor = projects.actor(project);
        CompletableFuture<Execution> over = new CompletableFuture<>();
        actor.ask(() -> {
                    how.accept(actor, over);
                    return over;
                })
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        over.completeExceptionally(failure);
                    }
                });
        return over;
    }

    @Override
    public CompletionStage<Long> answer(ProjectId project, PermissionAnswer answer, String by) {
        ProjectActor actor = projects.actor(project);
        return actor.ask(() -> {
            actor.permissions().answer(answer, by);
            return actor.status().log().lastSeq();
        });
    }

    @Override
    public CompletionStage<Execution> cancelQueued(ProjectId project, ExecutionId execution, String by) {
        ProjectActor actor = projects.actor(project);
        return actor.ask(() -> actor.queue().cancel(execution));
    }

    @Override
    public CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by) {
        ProjectActor actor = projects.actor(project);
        return actor.ask(() -> {
            actor.requireIdle();
            requireKnown(project, choice);
            actor.requireLog();
            actor.queue().cancelAll();
            String before = actor.project().sessionId().orElse("");
            services.forget(actor.project().executor(), project);
            actor.change(
                    actor.project()
                            .withSession(choice.sessionId())
                            .withAttribute(
                                    ProjectActor.FORK, Optional.of("true").filter(text -> choice.fork())),
                    Kind.SESSION_CHOSEN);
            actor.recordNow(next -> List.of(Records.server(
                    Records.SESSION_RESET,
                    Payloads.about(
                            project, "reason", "session_reset", services.clock().instant()))));
            return new SessionReset(before, actor.status().log().lastSeq());
        });
    }

    private void requireKnown(ProjectId project, SessionChoice choice) {
        choice.sessionId().ifPresent(wanted -> {
            if (projects.sessions(project).stream()
                    .noneMatch(session -> session.id().equals(wanted))) {
                throw new SwitchboardException(
                        ErrorCode.VALIDATION_FAILED,
                        "session_id is not a session of this project; session_list tells which there are",
                        Map.of("field", "session_id"));
            }
        });
    }

    @Override
    public ExecutionStats stats() {
        return services.admission().stats();
    }
}
