package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Records what a user of the shell has agents do. */
record AuditedExecutions(
        ExecutionService service, Function<ProjectId, List<PermissionRequest>> questions, ShellAudit audit)
        implements ExecutionService {
    @Override
    public CompletionStage<Execution> execute(ExecutionRequest request) {
        AuditRecord wish = about("execute", request.project())
                .asking(Optional.of(request.prompt().text()));
        return audit.begin(wish, () -> service.execute(request), AuditedExecutions::run);
    }

    @Override
    public CompletionStage<Execution> kill(ProjectId project, String by) {
        return audit.begin(about("agent_kill", project), () -> service.kill(project, by), AuditedExecutions::run);
    }

    @Override
    public CompletionStage<Execution> interrupt(ProjectId project, String by) {
        return audit.begin(
                about("agent_interrupt", project), () -> service.interrupt(project, by), AuditedExecutions::run);
    }

    @Override
    public CompletionStage<Long> answer(ProjectId project, PermissionAnswer answer, String by) {
        AuditRecord wish = about("permission_response", project)
                .with("permission_id", answer.permissionId())
                .with("decision", answer.decision().name().toLowerCase(Locale.ROOT));
        AuditRecord known =
                tool(project, answer).map(name -> wish.with("tool_name", name)).orElse(wish);
        return audit.begin(known, () -> service.answer(project, answer, by), (entry, seq) -> entry);
    }

    /** What is allowed or denied is known only as long as the question is open. */
    private Optional<String> tool(ProjectId project, PermissionAnswer answer) {
        try {
            return questions.apply(project).stream()
                    .filter(question -> question.permissionId().equals(answer.permissionId()))
                    .findFirst()
                    .map(PermissionRequest::toolName);
        } catch (SwitchboardException e) {
            return Optional.empty(); // the answer will fail too
        }
    }

    @Override
    public CompletionStage<Execution> cancelQueued(ProjectId project, ExecutionId execution, String by) {
        return audit.begin(
                about("queue_cancel", project).run(Optional.of(execution)),
                () -> service.cancelQueued(project, execution, by),
                AuditedExecutions::run);
    }

    @Override
    public CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by) {
        return audit.begin(
                about("agent_new_session", project),
                () -> service.newSession(project, choice, by),
                (entry, reset) -> entry);
    }

    @Override
    public ExecutionStats stats() {
        return service.stats();
    }

    private AuditRecord about(String action, ProjectId project) {
        return audit.entry(action).about(Optional.of(project));
    }

    private static AuditRecord run(AuditRecord entry, Execution execution) {
        return entry.run(Optional.of(execution.id()));
    }
}
