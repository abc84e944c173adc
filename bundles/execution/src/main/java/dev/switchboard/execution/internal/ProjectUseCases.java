package dev.switchboard.execution.internal;

import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What people do with projects. Creating is done one at a time, so that no two can nest. */
final class ProjectUseCases implements ProjectService {
    private static final int MAX_NAME = 128;
    private static final Duration MAX_TIMEOUT = Duration.ofDays(7);

    private final Services services;
    private final SerialExecutor creations;
    private final Roster roster;

    ProjectUseCases(Services services) {
        this.services = services;
        this.creations = services.serial("project creation");
        this.roster = new Roster(services);
    }

    /** The projects that there are. */
    Roster roster() {
        return roster;
    }

    /** The actor of a project, or {@code PROJECT_NOT_FOUND}. */
    ProjectActor actor(ProjectId id) {
        return roster.actor(id);
    }

    @Override
    public CompletionStage<ProjectStatus> create(String path, Optional<String> name, Optional<String> executor) {
        CompletableFuture<ProjectStatus> created = new CompletableFuture<>();
        creations.execute(() -> {
            try {
                roster.requireOpen();
                created.complete(createNow(path, name, executor));
            } catch (Throwable e) { // an Error too: whoever asked must not wait for ever
                created.completeExceptionally(e);
            }
        });
        return created;
    }

    private ProjectStatus createNow(String path, Optional<String> name, Optional<String> executor) {
        Path directory = services.paths().resolve(path, services.setting(ServerSettings.PROJECTS_ROOTS));
        requireApart(directory);
        requireRoom();
        services.admission().checkDisk();
        Instant now = services.clock().instant();
        Project project = new Project(
                ProjectId.random(),
                path,
                directory,
                name.flatMap(ProjectUseCases::checkedName),
                executor.map(ProjectUseCases::checkedExecutor)
                        .orElseGet(() -> services.setting(ServerSettings.EXECUTOR_DEFAULT)),
                Optional.empty(),
                now,
                now,
                Optional.empty(),
                Map.of());
        return roster.add(project).status();
    }

    private void requireApart(Path directory) {
        for (ProjectActor actor : roster.all()) {
            Path other = actor.status().project().directory();
            if (other.equals(directory)) {
                throw new SwitchboardException(
                        ErrorCode.PROJECT_EXISTS, "another project has this directory; join that one");
            }
            if (other.startsWith(directory) || directory.startsWith(other)) {
                throw new SwitchboardException(
                        ErrorCode.PROJECT_NESTING,
                        "the directory lies inside or around another project's; choose one apart from it");
            }
        }
    }

    private void requireRoom() {
        int limit = services.setting(ServerSettings.LIMITS_PROJECTS);
        int count = roster.size();
        if (limit > 0 && count >= limit) {
            throw new SwitchboardException(
                    ErrorCode.RESOURCE_LIMIT,
                    "there are " + limit + " projects already; delete one first",
                    Map.of("resource", "projects", "limit", limit, "current", count));
        }
    }

    private static Optional<String> checkedName(String name) {
        if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw invalid("name", "is longer than " + MAX_NAME + " characters or has control characters");
        }
        return Optional.of(name.strip()).filter(text -> !text.isEmpty());
    }

    private static String checkedExecutor(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw invalid("executor", "is not an executor's name; expected up to 64 letters, digits and . _ -");
        }
        return name;
    }

    private static Optional<Duration> checkedTimeout(Duration timeout) {
        if (timeout.equals(ProjectChange.NO_TIMEOUT_OF_ITS_OWN)) {
            return Optional.empty();
        }
        if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw invalid(
                    "timeout_ms",
                    "is not between 0 and " + MAX_TIMEOUT.toMillis() + " (7 days), nor -1 for the server's own");
        }
        return Optional.of(timeout);
    }

    private static SwitchboardException invalid(String field, String what) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, field + " " + what, Map.of("field", field));
    }

    @Override
    public CompletionStage<ProjectStatus> configure(ProjectId id, ProjectChange change) {
        ProjectActor actor = actor(id);
        return actor.ask(() -> {
            Project changed = actor.project();
            if (change.name().isPresent()) {
                changed = changed.withName(checkedName(change.name().get()));
            }
            if (change.timeout().isPresent()) {
                changed = changed.withTimeout(checkedTimeout(change.timeout().get()));
            }
            Optional<String> executor = change.executor();
            if (executor.isPresent() && !executor.get().equals(changed.executor())) {
                actor.requireIdle();
                String before = changed.executor();
                changed = changed.withExecutor(checkedExecutor(executor.get()));
                services.forget(before, id);
            }
            actor.change(changed, Kind.CONFIGURED);
            actor.queue().next(); // it may have waited for another executor
            return actor.status();
        });
    }

    @Override
    public CompletionStage<ProjectStatus> delete(ProjectId id) {
        ProjectActor actor = actor(id);
        return actor.ask(() -> actor.delete(roster));
    }

    @Override
    public ProjectStatus status(ProjectId id) {
        return actor(id).status();
    }

    @Override
    public List<ProjectStatus> list() {
        roster.requireOpen();
        List<ProjectStatus> all = new ArrayList<>(roster.size());
        for (ProjectActor actor : roster.all()) {
            all.add(actor.status());
        }
        return Collections.unmodifiableList(all);
    }

    @Override
    public MessagePage history(ProjectId id, MessageQuery query) {
        actor(id);
        return services.stores().log(log -> log.read(id, query));
    }

    @Override
    public List<AgentSession> sessions(ProjectId id) {
        actor(id);
        return new SessionHistory(services.stores(), id).sessions();
    }
}
