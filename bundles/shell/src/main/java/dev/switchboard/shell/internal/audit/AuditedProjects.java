package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Records what a user of the shell does with projects. */
record AuditedProjects(ProjectService service, ShellAudit audit) implements ProjectService {
    @Override
    public CompletionStage<ProjectStatus> create(String path, Optional<String> name, Optional<String> executor) {
        return audit.begin(
                audit.entry("project_create").with("path", path),
                () -> service.create(path, name, executor),
                (entry, status) -> entry.about(Optional.of(status.project().id())));
    }

    @Override
    public CompletionStage<ProjectStatus> configure(ProjectId id, ProjectChange change) {
        AuditRecord wish = audit.entry("project_configure").about(Optional.of(id));
        wish = with(wish, "name", change.name());
        wish = with(wish, "executor", change.executor());
        wish = with(wish, "timeout_ms", change.timeout().map(timeout -> Long.toString(timeout.toMillis())));
        return audit.begin(wish, () -> service.configure(id, change), (entry, status) -> entry);
    }

    private static AuditRecord with(AuditRecord entry, String name, Optional<String> value) {
        return value.map(text -> entry.with(name, text)).orElse(entry);
    }

    @Override
    public CompletionStage<ProjectStatus> delete(ProjectId id) {
        return audit.begin(
                audit.entry("project_delete").about(Optional.of(id)),
                () -> service.delete(id),
                (entry, status) -> entry);
    }

    @Override
    public ProjectStatus status(ProjectId id) {
        return service.status(id);
    }

    @Override
    public List<ProjectStatus> list() {
        return service.list();
    }

    @Override
    public MessagePage history(ProjectId id, MessageQuery query) {
        return service.history(id, query);
    }

    @Override
    public List<AgentSession> sessions(ProjectId id) {
        return service.sessions(id);
    }
}
