package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
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
import dev.switchboard.protocol.OptionsWriter;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.security.Role;
import java.nio.file.Files;
import java.nio.file.Path;
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

    RunUseCases(Services services, ProjectUseCases projects) {
        this.services = services;
        this.projects = projects;
    }

    @Override
    public CompletionStage<Execution> execute(ExecutionRequest request) {
        ProjectActor actor = projects.actor(request.project());
        CompletableFuture<Execution> accepted = new CompletableFuture<>();
        actor.ask(() -> start(actor, request, accepted)).whenComplete((nothing, failure) -> {
            if (failure != null) {
                accepted.completeExceptionally(failure);
            }
        });
        return accepted;
    }

    private Run start(ProjectActor actor, ExecutionRequest request, CompletableFuture<Execution> accepted) {
        actor.requireIdle();
        Project project = actor.project();
        AgentExecutor executor = executor(project.executor());
        ExecutionOptions options = checked(request, executor.capabilities());
        requireDirectory(project.directory());
        services.admission().checkDisk();
        actor.startRate()
                .check(
                        services.setting(ServerSettings.LIMITS_EXECUTIONS_PER_MINUTE),
                        services.clock().millis());
        Admission.Permit permit = services.admission().acquire();
        ExecutionId id = ExecutionId.random();
        Run run = claim(actor, request, options, id, permit);
        actor.startRate().count(services.clock().millis());
        // Accepted before the agent begins, so that the reply finds its place before the agent's first line.
        accepted.complete(actor.snapshot(run, Execution.Status.STARTED));
        AgentLaunch launch = new AgentLaunch(
                id,
                actor.id(),
                project.directory(),
                actor.nextSession(),
                request.prompt(),
                options,
                Map.of(ProjectActor.LABEL_OPTIONS, OptionsWriter.write(options)));
        run.begin(
                executor,
                project.executor(),
                () -> executor.launch(launch, run.listener(executor, project.executor())));
        return run;
    }

    private static Run claim(
            ProjectActor actor,
            ExecutionRequest request,
            ExecutionOptions options,
            ExecutionId id,
            Admission.Permit permit) {
        try {
            return actor.claim(
                    id,
                    options,
                    permit,
                    Optional.of(Records.prompt(
                            Payloads.prompt(id, request.prompt(), request.by().name()))));
        } catch (RuntimeException e) {
            permit.cancel();
            throw e;
        }
    }

    private AgentExecutor executor(String name) {
        return services.executors()
                .best(name)
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.EXECUTOR_UNAVAILABLE,
                        "the executor " + name
                                + " is not installed, or is being replaced: try again, or choose another",
                        Map.of("service", "executor " + name, "retry_after_ms", 1000)));
    }

    private ExecutionOptions checked(ExecutionRequest request, AgentCapabilities agent) {
        // A program that is there but did not tell its version may still work; launching it will show.
        agent.unavailable().filter(why -> agent.program().isEmpty()).ifPresent(why -> {
            throw new SwitchboardException(ErrorCode.CLAUDE_NOT_FOUND, why);
        });
        ExecutionOptions options = request.options();
        if (options.bypassesPermissions()) {
            if (!services.setting(ServerSettings.CLAUDE_BYPASS_ALLOWED)) {
                throw new SwitchboardException(
                        ErrorCode.PERMISSION_DENIED,
                        "switching permission questions off is not allowed on this server (claude.bypass.allowed)");
            }
            if (!request.by().role().covers(Role.ADMIN)) {
                throw new SwitchboardException(
                        ErrorCode.PERMISSION_DENIED, "only the role admin may switch permission questions off");
            }
        }
        options.permissionMode()
                .filter(mode -> !agent.permissionModes().isEmpty()
                        && !agent.permissionModes().contains(mode))
                .ifPresent(mode -> {
                    throw new SwitchboardException(
                            ErrorCode.VALIDATION_FAILED,
                            "options.permission_mode is not one of "
                                    + String.join(
                                            ", ",
                                            agent.permissionModes().stream()
                                                    .sorted()
                                                    .toList()),
                            Map.of("field", "options.permission_mode"));
                });
        List<Path> directories =
                options.addDirs().stream().map(this::addedDirectory).toList();
        return directories.equals(options.addDirs()) ? options : options.withAddDirs(directories);
    }

    private Path addedDirectory(Path directory) {
        try {
            return projects.paths().resolve(directory.toString(), services.setting(ServerSettings.PROJECTS_ROOTS));
        } catch (SwitchboardException e) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "options.add_dirs has a directory that is not allowed: " + e.getMessage(),
                    Map.of("field", "options.add_dirs"));
        }
    }

    private static void requireDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new SwitchboardException(
                    ErrorCode.INVALID_PATH,
                    "the project's directory is gone; put it back, or delete the project",
                    Map.of("field", "path"));
        }
    }

    @Override
    public CompletionStage<Execution> kill(ProjectId project, String by) {
        return stop(project, Run::kill);
    }

    @Override
    public CompletionStage<Execution> interrupt(ProjectId project, String by) {
        return stop(project, Run::interrupt);
    }

    private CompletionStage<Execution> stop(ProjectId project, BiConsumer<Run, CompletableFuture<Execution>> how) {
        ProjectActor actor = projects.actor(project);
        CompletableFuture<Execution> over = new CompletableFuture<>();
        actor.ask(() -> {
                    how.accept(actor.requireRun(), over);
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
        return projects.actor(project).ask(() -> {
            throw new SwitchboardException(
                    ErrorCode.PROCESS_NOT_FOUND, "no run with this id is queued", Map.of("field", "execution_id"));
        });
    }

    @Override
    public CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by) {
        ProjectActor actor = projects.actor(project);
        return actor.ask(() -> {
            actor.requireIdle();
            requireKnown(project, choice);
            actor.requireLog();
            String before = actor.project().sessionId().orElse("");
            services.executors().best(actor.project().executor()).ifPresent(executor -> executor.forget(project));
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
