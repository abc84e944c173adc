package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.execution.AgentSession;
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
    public CompletionStage<ProjectStatus> configure(ProjectId id, Optional<String> name, Optional<String> executor) {
        AuditRecord wish = audit.entry("project_configure").about(Optional.of(id));
        AuditRecord named = name.map(text -> wish.with("name", text)).orElse(wish);
        return audit.begin(
                executor.map(text -> named.with("executor", text)).orElse(named),
                () -> service.configure(id, name, executor),
                (entry, status) -> entry);
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
